package io.pgcask.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;
import io.pgcask.api.v1alpha1.Decryption;
import io.pgcask.api.v1alpha1.Encryption;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the records say about themselves in a schema. */
class EncryptionSchemaTest {

  /** A kind that has both. */
  @Group("test.pgcask.io")
  @Version("v1")
  static class Sample extends CustomResource<SampleSpec, Void> {}

  /** Its fields. */
  record SampleSpec(Encryption encryption, Decryption decryption) {}

  private record Memory(ByteArrayOutputStream yaml)
      implements CRDGenerator.CRDOutput<OutputStream> {
    @Override
    public OutputStream outputFor(String name) {
      return yaml;
    }

    @Override
    public URI crdURI(String name) {
      return URI.create("file:///" + name);
    }

    @Override
    public void close() {}
  }

  private static JSONSchemaProps spec() throws Exception {
    var yaml = new ByteArrayOutputStream();
    new CRDGenerator()
        .customResourceClasses(Sample.class)
        .forCRDVersions("v1")
        .withOutput(new Memory(yaml))
        .detailedGenerate();
    return Serialization.unmarshal(
            yaml.toString(StandardCharsets.UTF_8), CustomResourceDefinition.class)
        .getSpec()
        .getVersions()
        .getFirst()
        .getSchema()
        .getOpenAPIV3Schema()
        .getProperties()
        .get("spec");
  }

  @Test
  void recipientsAreABoundedListOfPublicKeysAndOneOfTwoFieldsIsNeeded() throws Exception {
    var encryption = spec().getProperties().get("encryption");
    var age = encryption.getProperties().get("age");
    var recipients = age.getProperties().get("recipients");

    assertThat(encryption.getRequired()).containsExactly("age");
    assertThat(recipients.getMinItems()).isEqualTo(1);
    assertThat(recipients.getMaxItems()).isEqualTo(16);
    assertThat(recipients.getItems().getSchema().getPattern())
        .isEqualTo("^age1[02-9ac-hj-np-z]{58}$");
    assertThat(age.getXKubernetesValidations())
        .singleElement()
        .satisfies(
            rule ->
                assertThat(rule.getRule())
                    .isEqualTo("has(self.recipients) || has(self.recipientsSecretRef)"));
  }

  @Test
  void decryptionNeedsAnIdentity() throws Exception {
    assertThat(spec().getProperties().get("decryption").getRequired())
        .containsExactly("ageIdentitySecretRef");
  }

  @Test
  void everyFieldIsDescribed() throws Exception {
    assertDescribed(spec());
  }

  private static void assertDescribed(JSONSchemaProps schema) {
    schema
        .getProperties()
        .forEach(
            (name, field) -> {
              if (!name.equals("encryption") && !name.equals("decryption")) {
                assertThat(field.getDescription()).as(name).isNotBlank();
              }
              assertDescribed(field);
            });
  }
}
