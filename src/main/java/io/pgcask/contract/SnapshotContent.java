package io.pgcask.contract;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;

/**
 * What one database held in the snapshot of its dump, as a restore of the dump must hold it again.
 *
 * @param roles every role that the database refers to
 * @param tables those whose rows the dump holds
 * @param whole whether the dump leaves no table out; else one that is counted here may be none of
 *     the dump's
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SnapshotContent(List<String> roles, List<Table> tables, boolean whole) {

  /** One table, and the rows in it alone, without those of its children. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Table(String schema, String name, long rows) {}

  /** Rows of all tables. */
  public long rows() {
    return tables.stream().mapToLong(Table::rows).sum();
  }
}
