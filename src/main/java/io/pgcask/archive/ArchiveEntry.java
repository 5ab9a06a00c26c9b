package io.pgcask.archive;

import java.util.List;
import java.util.Optional;

/**
 * An entry of the table of contents. Texts that the archive does not have are empty.
 *
 * @param dumpId its number, unique in the archive
 * @param hadDumper whether pg_dump wrote data for it
 * @param tableOid the catalog of the object it was made of; 0 for none
 * @param oid of the object in that catalog; 0 for none
 * @param tag the object's name, as it is shown; what stands in it depends on {@code desc}
 * @param desc the kind of the object, e.g. {@code TABLE DATA}
 * @param definition the SQL that creates it
 * @param drop the SQL that drops it
 * @param copy the SQL that begins its data
 * @param namespace name of its schema
 * @param tablespace name of its tablespace; empty for the database's own
 * @param tableAccessMethod name of its table access method
 * @param relationKind {@code relkind} of a table's or view's entry, since format 1.16
 * @param owner name of its owner
 * @param dependencies dump ids of what must come before it; some are no entries of the archive
 * @param data where its data lies
 */
public record ArchiveEntry(
    int dumpId,
    boolean hadDumper,
    long tableOid,
    long oid,
    String tag,
    String desc,
    ArchiveSection section,
    String definition,
    String drop,
    String copy,
    String namespace,
    String tablespace,
    String tableAccessMethod,
    Optional<Character> relationKind,
    String owner,
    List<Integer> dependencies,
    DataPlace data) {

  /** The tag, behind its schema where it lies in one. */
  public String qualifiedTag() {
    return namespace.isEmpty() ? tag : namespace + "." + tag;
  }

  /** What it is, for people: {@code TABLE sales.orders}. */
  public String shown() {
    return desc + " " + qualifiedTag();
  }

  /** Without the SQL. */
  @Override
  public String toString() {
    return dumpId + "; " + shown();
  }
}
