package io.pgcask.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * A PostgresConnection says how to reach one PostgreSQL database, and whether it can be reached and
 * dumped now.
 */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("pgconn")
@Categories(Api.CATEGORY)
@AdditionalPrinterColumn(name = "Host", jsonPath = ".status.host")
@AdditionalPrinterColumn(name = "Database", jsonPath = ".status.database")
@AdditionalPrinterColumn(name = "Version", jsonPath = ".status.serverVersion")
@AdditionalPrinterColumn(
    name = "Ready",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Dump-Ready",
    jsonPath = ".status.conditions[?(@.type==\"DumpReady\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Dump-Reason",
    jsonPath = ".status.conditions[?(@.type==\"DumpReady\")].reason",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
public class PostgresConnection
    extends CustomResource<PostgresConnectionSpec, PostgresConnectionStatus> implements Namespaced {

  @Override
  @Required
  public PostgresConnectionSpec getSpec() {
    return super.getSpec();
  }
}
