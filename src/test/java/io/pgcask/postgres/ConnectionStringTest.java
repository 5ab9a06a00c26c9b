package io.pgcask.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pgcask.api.v1alpha1.TlsMode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionStringTest {
  private static final String PUNCTUATION =
      IntStream.rangeClosed(0x20, 0x7e)
          .filter(c -> !Character.isLetterOrDigit(c))
          .mapToObj(c -> String.valueOf((char) c))
          .collect(Collectors.joining());

  @Test
  void readsTheUriForm() throws Exception {
    var read =
        ConnectionString.parse(
            "postgres://shop:s3cret@db.example.com:6432/orders?sslmode=verify-full"
                + "&connect_timeout=7&application_name=x");

    assertThat(read.host()).isEqualTo("db.example.com");
    assertThat(read.port()).hasValue(6432);
    assertThat(read.database()).hasValue("orders");
    assertThat(read.user()).hasValue("shop");
    assertThat(read.password()).hasValue("s3cret");
    assertThat(read.tlsMode()).hasValue(TlsMode.VERIFY_FULL);
    assertThat(read.connectTimeoutSeconds()).hasValue(7);
  }

  @Test
  void readsTheKeywordForm() throws Exception {
    var read =
        ConnectionString.parse(
            " host = db.example.com port=6432\tdbname='my orders' user=o\\'hara"
                + " password='it\\'s \\\\ here' sslmode=require");

    assertThat(read.host()).isEqualTo("db.example.com");
    assertThat(read.port()).hasValue(6432);
    assertThat(read.database()).hasValue("my orders");
    assertThat(read.user()).hasValue("o'hara");
    assertThat(read.password()).hasValue("it's \\ here");
    assertThat(read.tlsMode()).hasValue(TlsMode.REQUIRE);
  }

  @Test
  void leavesOutWhatIsNotWritten() throws Exception {
    var read = ConnectionString.parse("postgresql://shop@db");

    assertThat(read.port()).isEmpty();
    assertThat(read.database()).isEmpty();
    assertThat(read.databaseOrUser()).hasValue("shop");
    assertThat(read.password()).isEmpty();
    assertThat(read.tlsMode()).isEmpty();
    assertThat(read.connectTimeoutSeconds()).isEmpty();
  }

  @Test
  void readsIpv6InBrackets() throws Exception {
    assertThat(ConnectionString.parse("postgres://u@[2001:db8::1]:5433/d").host())
        .isEqualTo("2001:db8::1");
    assertThat(ConnectionString.parse("postgres://u@[::1]").port()).isEmpty();
    assertThat(ConnectionString.parse("host=::1 user=u").host()).isEqualTo("::1");
  }

  @Test
  void decodesEveryPunctuationCharacterInAUri() throws Exception {
    var encoded =
        HexFormat.ofDelimiter("%")
            .withPrefix("")
            .formatHex((PUNCTUATION + "äß😀").getBytes(StandardCharsets.UTF_8));
    var read = ConnectionString.parse("postgres://u%20u:%" + encoded + "@h/d%2F%25?user=other");

    assertThat(read.password()).hasValue(PUNCTUATION + "äß😀");
    assertThat(read.database()).hasValue("d/%");
    assertThat(read.user()).hasValue("other");
  }

  @Test
  void unescapesEveryPunctuationCharacterInAQuotedValue() throws Exception {
    var quoted = ConnectionKeywords.quote(PUNCTUATION + "äß😀");
    var read = ConnectionString.parse("host=h user=u password=" + quoted);

    assertThat(read.password()).hasValue(PUNCTUATION + "äß😀");
  }

  @Test
  void takesThePlusSignOfAUriAsItIs() throws Exception {
    assertThat(ConnectionString.parse("postgres://u:a+b@h").password()).hasValue("a+b");
  }

  @Test
  void takesSslTrueAsLibpqDoes() throws Exception {
    assertThat(ConnectionString.parse("postgres://u@h/?ssl=true").tlsMode())
        .hasValue(TlsMode.REQUIRE);
  }

  @Test
  void letsTheLastKeywordWin() throws Exception {
    assertThat(ConnectionString.parse("host=a user=u host=b").host()).isEqualTo("b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "passfile",
        "service",
        "servicefile",
        "sslkey",
        "sslcert",
        "sslrootcert",
        "sslcrl",
        "replication",
        "options",
        "hostaddr",
        "require_auth"
      })
  void refusesByName(String keyword) {
    assertThatThrownBy(() -> ConnectionString.parse("host=h user=u " + keyword + "=x"))
        .isInstanceOf(InvalidConnectionStringException.class)
        .hasMessageContaining(keyword);
    assertThatThrownBy(() -> ConnectionString.parse("postgres://u@h/d?" + keyword + "=x"))
        .isInstanceOf(InvalidConnectionStringException.class)
        .hasMessageContaining(keyword);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application_name=x",
        "keepalives=1",
        "keepalives_idle=5",
        "client_encoding=UTF8",
        "target_session_attrs=any",
        "channel_binding=prefer",
        "gssencmode=disable",
        "connect_timeout=0"
      })
  void acceptsWhatDoesNoHarm(String pair) throws Exception {
    assertThat(ConnectionString.parse("host=h user=u " + pair).host()).isEqualTo("h");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgres://u@h/d?nonsense=1            | unknown keyword nonsense
          host=h user=u channel_binding=require  | channel_binding is supported only as disable or prefer
          postgres://u@a,b/d                     | several hosts
          postgres://u@a:1,b:2/d                 | several hosts
          host=a,b user=u                        | several hosts
          host=/var/run/postgresql user=u        | Unix socket
          postgres://u@%2Fvar%2Frun/d            | Unix socket
          host=@abstract user=u                  | Unix socket
          postgres:///d                          | names no host
          user=u dbname=d                        | names no host
          postgres://u@h:0/d                     | port must be a number from 1 to 65535
          postgres://u@h:65536/d                 | port must be a number from 1 to 65535
          host=h port=abc                        | port must be a number from 1 to 65535
          host=h sslmode=maybe                   | sslmode must be
          postgres://u:%zz@h/d                   | followed by two hexadecimal digits
          postgres://u:%00@h/d                   | followed by two hexadecimal digits
          postgres://u:%ff@h/d                   | not UTF-8
          postgres://u:a b@h/d                   | %20
          postgres://u@[::1                      | not complete
          postgres://u@[::1]x/d                  | can follow
          postgres://u@h/d?sslmode               | keyword=value
          host=h password='abc                   | not closed
          jdbc:postgresql://h/d                  | neither a postgres:// URI nor keyword=value
          mysql://u@h/d                          | neither a postgres:// URI nor keyword=value
          """)
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> ConnectionString.parse(text))
        .isInstanceOf(InvalidConnectionStringException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres://u:S3CR3T@h:x/d",
        "postgres://u:S3CR3T@/d",
        "postgres://u:S3CR3T@h/d?options=x",
        "postgres://u:S3CR3T%zz@h/d",
        "postgres://u:/S3CR3T@h/d",
        "postgres://u:?S3CR3T/x@h/d",
        "host=h password=S3CR3T port=x",
        "host=h password='S3CR3T",
        "host=h password=abc S3CR3T",
        "host=h password=abc S3CR3T=1"
      })
  void neverRepeatsThePassword(String text) {
    var failure = catchThrowable(() -> ConnectionString.parse(text));

    assertThat(failure).isInstanceOf(InvalidConnectionStringException.class);
    assertThat(failure.getMessage()).doesNotContain("S3CR3T");
  }

  @Test
  void hidesThePasswordInToString() throws Exception {
    assertThat(ConnectionString.parse("postgres://u:S3CR3T@h/d").toString())
        .doesNotContain("S3CR3T")
        .contains("***");
  }
}
