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

/** A Backup is a request to back up a database once; afterwards, the record of it. */
@Group(Api.GROUP)
@Version(Api.VERSION)
@ShortNames("pgb")
@Categories(Api.CATEGORY)
@AdditionalPrinterColumn(name = "Connection", jsonPath = ".spec.connectionRef.name")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Size", jsonPath = ".status.size")
@AdditionalPrinterColumn(name = "Duration", jsonPath = ".status.duration")
@AdditionalPrinterColumn(name = "Verified", jsonPath = ".status.verification.result")
@AdditionalPrinterColumn(name = "Expires", jsonPath = ".status.expirationTime")
@AdditionalPrinterColumn(
    name = "Age",
    jsonPath = ".metadata.creationTimestamp",
    type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Location", jsonPath = ".status.location", priority = 1)
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.reason", priority = 1)
public class Backup extends CustomResource<BackupSpec, BackupStatus> implements Namespaced {

  /** The fields of spec that may change after creation; a CEL rule protects every other one. */
  public static final Set<String> MUTABLE_SPEC_FIELDS =
      Set.of("displayName", "deletionPolicy", "expiresAfter", "hold", "cancel");

  @Override
  @Required
  public BackupSpec getSpec() {
    return super.getSpec();
  }
}
