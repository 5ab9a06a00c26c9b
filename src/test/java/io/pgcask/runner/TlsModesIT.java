package io.pgcask.runner;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.BackupSpecBuilder;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.TlsMode;
import io.pgcask.contract.Task;
import io.pgcask.postgres.ClientCertificate;
import io.pgcask.postgres.ConnectionSettings;
import io.pgcask.postgres.ConnectionString;
import io.pgcask.postgres.Conninfo;
import io.pgcask.postgres.InvalidConnectionStringException;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.Sessions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The session that looks at a server and the tool that dumps it come to the same verdict, in every
 * mode and before every kind of server; and both read connection strings alike.
 */
class TlsModesIT {
  /** A root, what it signed, and what it should not have. */
  private static final String CERTIFICATES =
      """
      key() { openssl ecparam -name prime256v1 -genkey -noout -out $1.key; }
      root() { key $1; openssl req -x509 -key $1.key -subj "/CN=$1" -days 30 -addext basicConstraints=critical,CA:TRUE -out $1.crt; }
      # signed NAME ISSUER SUBJECT EXTENSIONS [OPTION...]
      signed() {
        local name=$1 issuer=$2 subject=$3 extensions=$4; shift 4
        key $name
        openssl req -new -key $name.key -subj "/CN=$subject" -out $name.csr
        openssl x509 -req -in $name.csr -CA $issuer.crt -CAkey $issuer.key -CAcreateserial -days 30 \
          -extfile <(printf "$extensions") "$@" -out $name.crt 2>/dev/null
      }
      past="-not_before 20200101000000Z -not_after 20200201000000Z"
      root ca; root other-ca
      signed good ca db 'subjectAltName=DNS:localhost,DNS:tls,IP:127.0.0.1'
      signed common ca localhost 'basicConstraints=CA:FALSE'
      signed elsewhere ca localhost 'subjectAltName=DNS:db.example.com'
      signed expired ca localhost 'subjectAltName=DNS:localhost' $past
      signed for-clients ca localhost 'subjectAltName=DNS:localhost\\nextendedKeyUsage=clientAuth'
      signed middle ca middle 'basicConstraints=critical,CA:TRUE'
      signed below middle localhost 'subjectAltName=DNS:localhost'
      cat below.crt middle.crt > chain.crt; cp below.key chain.key
      cat middle.crt ca.crt > both.crt
      key old-ca; openssl req -x509 -key old-ca.key -subj /CN=old-ca $past -addext basicConstraints=critical,CA:TRUE -out old-ca.crt
      signed of-old old-ca localhost 'subjectAltName=DNS:localhost'
      root own; openssl req -x509 -key own.key -subj /CN=localhost -days 30 -out own.crt
      signed client ca shop 'extendedKeyUsage=clientAuth'
      signed other-client other-ca shop 'extendedKeyUsage=clientAuth'
      signed old-client ca shop 'extendedKeyUsage=clientAuth' $past
      """;

  private static final String ENCRYPTED =
      "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

  @TempDir static Path directory;
  private static TlsServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new TlsServer(directory.resolve("tls"), CERTIFICATES);
    server.become("", "ssl = on");
    server.superuser("CREATE ROLE shop LOGIN");
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  /**
   * A row is a server, what the client has, and for each mode in the order of the enumeration what
   * becomes of it: p (plain), t (TLS) or - (refused); and what is said to verify-full.
   */
  @ParameterizedTest(name = "{0} {1} {2} {3} {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          host    trust | good        | ca       | -            | localhost | pptttt |
          hostssl trust | good        | ca       | -            | localhost | -ttttt |
          hostnossl trust | good      | ca       | -            | localhost | ppp--- |
          host    trust | off         | ca       | -            | localhost | ppp--- | does not offer TLS
          hostssl trust | good        | ca       | -            | 127.0.0.1 | -ttttt |
          hostssl trust | common      | ca       | -            | localhost | -ttttt |
          hostssl trust | elsewhere   | ca       | -            | localhost | -tttt- | is for db.example.com and not for localhost
          hostssl trust | expired     | ca       | -            | localhost | -ttt-- | expired on 2020-02-01T00:00:00Z
          hostssl trust | for-clients | ca       | -            | localhost | -ttt-- | not one for servers
          hostssl trust | good        | other-ca | -            | localhost | -ttt-- | was issued by CN=ca, which the CA certificates (CN=other-ca) do not lead to
          hostssl trust | chain       | ca       | -            | localhost | -ttttt |
          hostssl trust | below       | both     | -            | localhost | -ttttt |
          hostssl trust | below       | ca       | -            | localhost | -ttt-- | was issued by CN=middle
          hostssl trust | chain       | middle   | -            | localhost | -ttt-- | lead to no root
          hostssl trust | of-old      | old-ca   | -            | localhost | -ttt-- | the CA certificate (CN=old-ca) expired on 2020-02-01
          hostssl trust | own         | own      | -            | localhost | -ttttt |
          hostssl cert  | good        | ca       | client       | localhost | -ttttt |
          hostssl cert  | good        | ca       | -            | localhost | ------ | valid client certificate
          hostssl cert  | good        | ca       | other-client | localhost | ------ | does not accept the client certificate
          hostssl cert  | good        | ca       | old-client   | localhost | ------ | the client certificate (CN=shop) expired on 2020-02-01
          host    trust | good        | ca       | other-client | localhost | pp---- | does not accept the client certificate
          host    trust | good        | ca       | client       | localhost | pptttt |
          """)
  void bothComeToTheSameVerdict(
      String hba,
      String certificate,
      String ca,
      String client,
      String host,
      String modes,
      String said)
      throws Exception {
    // Given
    server.become(
        hba.replaceAll(" +", " all shop all "),
        certificate.equals("off")
            ? "ssl = off"
            : """
            ssl = on
            ssl_cert_file = '/data/tls/%1$s.crt'
            ssl_key_file = '/data/tls/%1$s.key'
            ssl_ca_file = '/data/tls/ca.crt'
            """
                .formatted(certificate));
    var shown =
        client.equals("-")
            ? Optional.<ClientCertificate.Stored>empty()
            : Optional.of(
                ClientCertificate.read(
                        Files.readAllBytes(server.file(client + ".crt")),
                        Files.readAllBytes(server.file(client + ".key")))
                    .store(Files.createTempDirectory(server.file("."), "client")));

    // When
    var driver = new StringBuilder();
    var libpq = new StringBuilder();
    var reasons = new StringBuilder();
    Optional<PostgresException> last = Optional.empty();
    for (var mode : TlsMode.values()) {
      var settings =
          new ConnectionSettings(
              host,
              server.port(),
              "postgres",
              "shop",
              Optional.empty(),
              mode,
              Optional.of(server.file(ca + ".crt")),
              shown,
              5);
      var tool =
          server.psql(new Conninfo(settings, "psql", Optional.empty()).forReading(), ENCRYPTED);
      libpq.append(tool.code() != 0 ? '-' : tool.output().strip().equals("t") ? 't' : 'p');
      try (var session = Sessions.open(settings, "driver");
          var row = session.createStatement().executeQuery(ENCRYPTED)) {
        row.next();
        driver.append(row.getBoolean(1) ? 't' : 'p');
        last = Optional.empty();
      } catch (PostgresException e) {
        driver.append('-');
        last = Optional.of(e);
        reasons
            .append("\n")
            .append(mode.sslmode())
            .append(": ")
            .append(e.reason())
            .append(" ")
            .append(e.getMessage());
      }
      if (tool.code() != 0) {
        reasons
            .append("\n")
            .append(mode.sslmode())
            .append(" libpq: ")
            .append(tool.output().strip());
      }
    }

    // Then
    assertThat(driver)
        .as("driver, against " + libpq + " of libpq" + reasons)
        .hasToString(libpq.toString());
    assertThat(driver).as("both" + reasons).hasToString(modes);
    if (said != null) {
      assertThat(last.orElseThrow()).hasMessageContaining(said);
      assertThat(last.get().reason())
          .isEqualTo(
              said.equals("valid client certificate")
                  ? Reason.AUTHENTICATION_FAILED
                  : Reason.TLS_FAILED);
    }
  }

  /** {@code {p}} is the port, {@code {u}} the odd role and database, percent-encoded. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          postgres://shop@localhost:{p}/postgres
          postgresql://shop@localhost:{p}/postgres?sslmode=require&connect_timeout=3
          postgres://localhost:{p}/postgres?user=shop
          postgres://shop@[::ffff:127.0.0.1]:{p}/postgres
          postgres://shop@localhost/postgres?port={p}
          postgres://shop@localhost:{p}/postgres?ssl=true
          postgres://sh%6fp@loc%61lhost:{p}/%70ostgres
          postgres://shop@localhost:{p}?dbname=postgres&application_name=x
          postgres://shop@other:1/postgres?host=localhost&port={p}
          postgres://{u}@localhost:{p}/{u}
          host=localhost port={p} user=shop dbname=postgres
          host = localhost  port='{p}' user=sh\\op dbname='postgres'
          host=other port=1 user=shop dbname=postgres host=localhost port={p}
          host=localhost port={p} user='o''
          host=localhost port={p} user=shop dbname=postgres password
          host=localhost port={p} user=shop dbname=postgres nonsense=1
          host=localhost port={p} user=shop dbname=postgres sslmode=maybe
          postgres://shop@localhost:{p}/postgres?nonsense=1
          postgres://shop@localhost:{p}/postgres?sslmode
          postgres://shop@localhost:{p}/postgres?a=b=c
          postgres://shop@localhost:{p}/post%zzgres
          postgres://shop@localhost:{p}/post%00gres
          postgres://shop@[::1/postgres
          postgres://shop@localhost:{p}0/postgres
          postgres://shop@localhost:0/postgres
          """)
  void readsAStringAsLibpqDoes(String template) throws Exception {
    // Given
    server.become("host all all all trust", "ssl = on\nssl_ca_file = ''");
    var odd = "o'hara \\ \"x\" %41@:/?#&=ä";
    create(odd);
    var encoded =
        new ConnectionString(
                odd,
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty())
            .toUri()
            .substring("postgresql://".length())
            .replaceAll("[\\[\\]]", "")
            .replace(":", "%3A");
    var text = template.replace("{p}", Integer.toString(server.port())).replace("{u}", encoded);
    var question = "SELECT current_user || '|' || current_database()";

    // When
    var libpq = server.psql(text, question);
    var ours = ours(text, question);

    // Then
    assertThat(ours.orElse("refused"))
        .as(libpq.output())
        .isEqualTo(libpq.code() == 0 ? libpq.output().strip() : "refused");
    if (ours.isPresent()) {
      var read = ConnectionString.parse(text);
      assertThat(server.psql(read.toUri(), question).output().strip()).isEqualTo(ours.get());
      assertThat(server.psql(read.toKeywords(), question).output().strip()).isEqualTo(ours.get());
    }
  }

  private static Optional<String> ours(String text, String sql) throws Exception {
    try {
      var read = ConnectionString.parse(text);
      var settings =
          new ConnectionSettings(
              read.host(),
              read.port().orElse(5432),
              read.databaseOrUser().orElseThrow(),
              read.user().orElseThrow(),
              read.password(),
              read.tlsMode().orElse(TlsMode.PREFER),
              Optional.empty(),
              5);
      try (var session = Sessions.open(settings, "driver");
          var row = session.createStatement().executeQuery(sql)) {
        row.next();
        return Optional.of(row.getString(1));
      }
    } catch (InvalidConnectionStringException | PostgresException e) {
      return Optional.empty();
    }
  }

  private static void create(String name) throws Exception {
    var quoted = '"' + name.replace("\"", "\"\"") + '"';
    if (server
        .superuser(
            "SELECT count(*) FROM pg_roles WHERE rolname = '" + name.replace("'", "''") + "'")
        .equals("0")) {
      server.superuser("CREATE ROLE " + quoted + " LOGIN");
      server.superuser("CREATE DATABASE " + quoted);
    }
  }

  @Test
  void aBackupShowsTheCertificate() throws Exception {
    // Given
    server.become(
        "hostssl all shop all cert",
        """
        ssl = on
        ssl_cert_file = '/data/tls/good.crt'
        ssl_key_file = '/data/tls/good.key'
        ssl_ca_file = '/data/tls/ca.crt'
        """);

    // When
    try (var fixture = new RunnerFixture(Files.createDirectory(directory.resolve("runner")))) {
      server.join(fixture.docker().network(), "tls");
      try {
        var at = new Task.Server("tls", 5432, "postgres", null, "shop", TlsMode.VERIFY_FULL, 10);
        var task =
            RunnerFixture.backup(
                at, BackupSpecBuilder.builder().build(), RunnerFixture.volumeStorage());
        var started =
            fixture.start(
                task,
                "",
                Map.of(
                    "connection/ca.crt", server.read("ca.crt"),
                    "connection/tls.crt", server.read("client.crt"),
                    "connection/tls.key", server.read("client.key")));

        // Then
        started.end().succeeded();
        assertThat(started.log()).doesNotContain("PRIVATE KEY");
      } finally {
        server.leave(fixture.docker().network());
      }
    }
  }
}
