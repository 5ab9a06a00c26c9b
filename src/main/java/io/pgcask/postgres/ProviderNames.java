package io.pgcask.postgres;

import io.pgcask.api.v1alpha1.Provider;
import java.util.Set;

/**
 * What the providers of managed servers keep there for themselves. Nobody else may read those
 * databases, and nobody else can make those roles.
 */
public final class ProviderNames {

  /** RDS and Aurora; Cloud SQL; AlloyDB; Azure; DigitalOcean; Aiven. */
  private static final Set<String> DATABASES =
      Set.of(
          "rdsadmin",
          "cloudsqladmin",
          "alloydbadmin",
          "alloydbmetadata",
          "azure_maintenance",
          "azure_sys",
          "_dodb",
          "_aiven");

  /** Named one by one: a role of somebody's own must not be taken for one of these. */
  private static final Set<String> ROLES =
      Set.of(
          "rdsadmin",
          "rdsrepladmin",
          "rdstopmgr",
          "rdswriteforwarduser",
          "rds_superuser",
          "rds_replication",
          "rds_iam",
          "rds_password",
          "rds_ad",
          "rds_extension",
          "rds_reserved",
          "cloudsqladmin",
          "cloudsqlagent",
          "cloudsqlimportexport",
          "cloudsqlobservability",
          "cloudsqlreplica",
          "cloudsqlsuperuser",
          "cloudsqliamuser",
          "cloudsqliamgroup",
          "cloudsqliamserviceaccount",
          "cloudsqliamgroupuser",
          "cloudsqliamgroupserviceaccount",
          "cloudsqlinactiveuser",
          "alloydbadmin",
          "alloydbagent",
          "alloydbexport",
          "alloydbiamgroup",
          "alloydbiamuser",
          "alloydbimportexport",
          "alloydbobservability",
          "alloydbreplica",
          "alloydbsuperuser",
          "azure_pg_admin",
          "azure_superuser",
          "azuresu",
          "_dodb",
          "_aiven");

  /** Superusers of the providers: nobody else may own anything in their name, or grant to them. */
  private static final Set<String> INTERNAL =
      Set.of(
          "rdsadmin",
          "rdsrepladmin",
          "rdstopmgr",
          "rdswriteforwarduser",
          "rds_reserved",
          "cloudsqladmin",
          "cloudsqlagent",
          "cloudsqlreplica",
          "alloydbadmin",
          "alloydbagent",
          "alloydbreplica",
          "azure_superuser",
          "azuresu");

  private static final Set<String> SUPERUSERS =
      Set.of(
          "rds_superuser",
          "cloudsqlsuperuser",
          "alloydbsuperuser",
          "azure_pg_admin",
          "neon_superuser",
          "supabase_admin",
          "doadmin",
          "_doadmin_managed",
          "avnadmin");

  private ProviderNames() {}

  /** Whether a database is the provider's own. */
  public static boolean isDatabase(String name) {
    return DATABASES.contains(name);
  }

  /** Roles that providers give to their customers in place of a superuser's. */
  public static Set<String> superusers() {
    return SUPERUSERS;
  }

  /** Whether a role is one that its provider lets nobody own anything as, or grant anything to. */
  public static boolean isInternal(String name) {
    return INTERNAL.contains(name);
  }

  /** Whether a role is the provider's own, where it is known who that is. */
  public static boolean isRole(String name, Provider provider) {
    return isRole(name)
        || switch (provider) {
          case GENERIC -> false;
          case RDS -> name.startsWith("rds_");
          case CLOUD_SQL -> name.startsWith("cloudsql") || name.startsWith("alloydb");
          case AZURE -> name.startsWith("azure_");
        };
  }

  /** Whether a role is the provider's own. */
  public static boolean isRole(String name) {
    return ROLES.contains(name);
  }
}
