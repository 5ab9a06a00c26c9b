package io.pgcask.arch;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Imports go one way; the runner is a plain program. */
@AnalyzeClasses(packages = "io.pgcask", importOptions = ImportOption.DoNotIncludeTests.class)
class ImportsTest {

  @ArchTest
  static final ArchRule IMPORTS_GO_ONE_WAY =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("api")
          .definedBy("io.pgcask.api..")
          .layer("contract")
          .definedBy("io.pgcask.contract..")
          .layer("postgres")
          .definedBy("io.pgcask.postgres..")
          .layer("archive")
          .definedBy("io.pgcask.archive..")
          .layer("storage")
          .definedBy("io.pgcask.storage..")
          .layer("runner")
          .definedBy("io.pgcask.runner..")
          .layer("operator")
          .definedBy("io.pgcask.operator..")
          .whereLayer("runner")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("operator")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("postgres")
          .mayOnlyBeAccessedByLayers("runner", "operator")
          .whereLayer("archive")
          .mayOnlyBeAccessedByLayers("runner", "operator")
          .whereLayer("storage")
          .mayOnlyBeAccessedByLayers("runner", "operator")
          .whereLayer("contract")
          .mayOnlyBeAccessedByLayers("postgres", "storage", "runner", "operator");

  @ArchTest
  static final ArchRule THE_DATA_MOVER_KNOWS_NO_FRAMEWORK =
      noClasses()
          .that()
          .resideInAnyPackage(
              "io.pgcask.api..",
              "io.pgcask.contract..",
              "io.pgcask.postgres..",
              "io.pgcask.archive..",
              "io.pgcask.storage..",
              "io.pgcask.runner..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.quarkus..", "jakarta.enterprise..", "jakarta.inject..", "io.javaoperatorsdk..");

  @ArchTest
  static final ArchRule NO_NAME_SAYS_NOTHING =
      classes()
          .should()
          .haveSimpleNameNotEndingWith("Utils")
          .andShould()
          .haveSimpleNameNotEndingWith("Util")
          .andShould()
          .haveSimpleNameNotEndingWith("Impl")
          .andShould()
          .haveSimpleNameNotEndingWith("Helper");

  @ArchTest
  static final ArchRule NO_OTHER_PROGRAM =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.pgcask.runner..", "io.pgcask.postgres..")
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ProcessBuilder.class)
          .because("only the runner and the finder of client programs start any");
}
