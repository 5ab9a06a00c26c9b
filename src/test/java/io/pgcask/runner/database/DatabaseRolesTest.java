package io.pgcask.runner.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestDatabaseBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseRolesTest {
  private static final Manifest.Database PROPERTIES =
      ManifestDatabaseBuilder.builder()
          .name("shop")
          .owner("old")
          .acl(List.of("=T/old", "old=CTc/old", "\"odd=\"\"x\"=c/old"))
          .roleSettings(List.of(new Manifest.RoleSettings("old", List.of("a=b"))))
          .build();

  @Test
  void namesAll() {
    assertThat(DatabaseRoles.of(PROPERTIES)).containsExactly("old", "odd=\"x");
    assertThat(DatabaseRoles.of(ManifestDatabaseBuilder.builder().build())).isEmpty();
  }

  @Test
  void mapsAll() {
    var mapped = DatabaseRoles.mapped(PROPERTIES, role -> role.equals("old") ? "new" : "n=\"2");

    assertThat(DatabaseRoles.of(mapped)).containsExactly("new", "n=\"2");
    assertThat(mapped.acl()).first().isEqualTo("=T/old"); // who granted it is not restored
    assertThat(AccessItem.parse(mapped.acl().get(1)).grants("shop"))
        .isEqualTo(AccessItem.parse("new=CTc/new").grants("shop"));
    assertThat(DatabaseRoles.mapped(PROPERTIES, role -> role).roleSettings())
        .isEqualTo(PROPERTIES.roleSettings());
  }

  @Test
  void leavesOutSome() {
    var rest = DatabaseRoles.without(PROPERTIES, "old"::equals);

    assertThat(DatabaseRoles.of(rest)).containsExactly("odd=\"x");
    assertThat(rest.acl()).hasSize(2);
  }
}
