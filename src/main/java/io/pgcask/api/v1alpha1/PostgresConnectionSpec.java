package io.pgcask.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.soabase.recordbuilder.core.RecordBuilder;

/** What to connect to and how. Every field can be changed at any time. */
@JsonIgnoreProperties(ignoreUnknown = true)
@RecordBuilder
@ValidationRule(
    value = "has(self.standard) != has(self.connectionString)",
    message = "set exactly one of standard and connectionString")
public record PostgresConnectionSpec(
    @Size(max = 256)
        @JsonPropertyDescription(
            "The name of the connection that people read. Default: metadata.name.")
        String displayName,
    @JsonPropertyDescription(
            "Host, port, database, user and password as separate fields. Exclusive with"
                + " connectionString.")
        Standard standard,
    @JsonPropertyDescription("One string in a Secret. Exclusive with standard.")
        ConnectionString connectionString,
    @JsonPropertyDescription("Encryption of the connection. Default: mode require.") Tls tls,
    @Min(1)
        @Max(300)
        @JsonPropertyDescription(
            "How long one attempt to connect may take, in seconds. It wins over a connect_timeout in"
                + " a connection string. Default: the string's, else 10.")
        Integer connectTimeoutSeconds,
    @Size(min = 1, max = 63)
        @JsonPropertyDescription(
            "The database to connect to for CREATE DATABASE and for checks of the server. Default:"
                + " postgres, else template1, else the connection's own.")
        String maintenanceDatabase,
    @Size(min = 1, max = 253)
        @Pattern("^[^\\s,/@]+$")
        @JsonPropertyDescription(
            "Host of a standby that Backups are read from, with the port, role, password and TLS of"
                + " the connection; with verify-full its certificate must name this host. It must be"
                + " one server: behind a name that leads to several, the processes of a dump could"
                + " not share a snapshot. Probes, Restores and the Backups that a Restore takes of"
                + " its target go to the connection's own host. Default: the connection's own host.")
        String readHost,
    @JsonPropertyDescription(
            "Which schemas the dashboard and status.schema show and which are watched. It never limits a"
                + " dump. Default: all but the server's own.")
        SchemaFilter schemaFilter,
    @JsonPropertyDescription(
            "How changes of the schema are followed. Poll: the catalogue is read at every probe. Triggers:"
                + " event triggers in schema pgcask tell of each change at once; the role must be a superuser,"
                + " and where it may not, the schema is polled and condition Watching says so. Off: not at all."
                + " Default: Poll.")
        WatchSchema watchSchema,
    @JsonPropertyDescription(
            "How changes of rows are followed. Statistics: by the server's own counters. Triggers: by triggers"
                + " on the tables that annotation pgcask.io/listen names, until the time that it names, and by"
                + " the counters for all others; refused where max_prepared_transactions is above 0. Off: not"
                + " at all. Default: Statistics.")
        Realtime realtime,
    @JsonPropertyDescription(
            "Who runs the server. RDS (also Aurora), CloudSQL (also AlloyDB) and Azure: what the provider keeps"
                + " for itself is left out of dumps of roles and of restores, with a warning for each thing, and"
                + " no passwords of roles are dumped. Generic: the plan knows only what the server tells."
                + " Default: Generic.")
        Provider provider,
    @Default("2")
        @Min(1)
        @Max(64)
        @JsonPropertyDescription(
            "How many Backups and Restores of this connection may run at once; the others are Queued,"
                + " first come, first served. Default: 2.")
        Integer maxConcurrentJobs,
    @Default("60")
        @Min(10)
        @Max(3600)
        @JsonPropertyDescription("Seconds between two probes of the server. Default: 60.")
        Integer probeIntervalSeconds,
    @JsonPropertyDescription(
            "Where Backups of this connection are written to that name no storage themselves. Default:"
                + " none; each Backup must name one.")
        Storage defaultStorage,
    @JsonPropertyDescription(
            "What the pods of Backups and Restores of this connection are like, where their own pod"
                + " does not say. Default: none.")
        PodSettings defaultPod) {

  /** The connection as separate fields. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @ValidationRule(
      value = "has(self.user) != has(self.userSecretRef)",
      message = "set exactly one of user and userSecretRef")
  public record Standard(
      @Required
          @Size(min = 1, max = 253)
          @Pattern("^[^\\s,/@]+$")
          @JsonPropertyDescription(
              "Host name or IP address of the server, as a pod of the cluster reaches it. One host;"
                  + " sockets are not supported.")
          String host,
      @Min(1) @Max(65535) @JsonPropertyDescription("TCP port of the server. Default: 5432.")
          Integer port,
      @Required @Size(min = 1, max = 63) @JsonPropertyDescription("Name of the database.")
          String database,
      @Size(min = 1, max = 63)
          @JsonPropertyDescription("Role to connect as. Exclusive with userSecretRef.")
          String user,
      @JsonPropertyDescription("Secret key that holds the role to connect as. Exclusive with user.")
          SecretKeyRef userSecretRef,
      @JsonPropertyDescription(
              "Secret key that holds the password. Absent: no password is sent (trust, certificate or"
                  + " peer authentication).")
          SecretKeyRef passwordSecretRef) {

    /** The port with its default. */
    public int portOrDefault() {
      return port == null ? 5432 : port;
    }
  }

  /** The connection as one string. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record ConnectionString(
      @Required
          @JsonPropertyDescription(
              "Secret key that holds a libpq connection string:"
                  + " postgres://user:password@host:5432/database?sslmode=require, or host=... port=..."
                  + " dbname=... user=... password=... .")
          SecretKeyRef secretRef) {}
}
