package io.pgcask.api.v1alpha1;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Set;

/**
 * A Restore is a request to restore a backup once into a database; afterwards, the record of it.
 */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("pgr")
@Categories(Api.CATEGORY)
@AdditionalPrinterColumn(name = "Source", jsonPath = ".status.source")
@AdditionalPrinterColumn(name = "Target", jsonPath = ".spec.connectionRef.name")
@AdditionalPrinterColumn(name = "Database", jsonPath = ".status.target")
@AdditionalPrinterColumn(name = "Mode", jsonPath = ".status.resolved.mode")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Duration", jsonPath = ".status.duration", priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.reason", priority = 1)
public class Restore extends CustomResource<RestoreSpec, RestoreStatus> implements Namespaced {

  /** The fields of spec that may change after creation; a CEL rule protects every other one. */
  public static final Set<String> MUTABLE_SPEC_FIELDS = Set.of("displayName", "cancel");

  @Override
  @Required
  public RestoreSpec getSpec() {
    return super.getSpec();
  }
}
