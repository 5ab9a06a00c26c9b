package io.pgcask.runner.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.pgcask.api.v1alpha1.CaSecretRef;
import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.Compression.Method;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Storage;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreGuideTest {
  private static Manifest manifest(String database, DumpFormat format, Method method) {
    return new Manifest(
        1,
        new Manifest.Source("ns", "b", "uid", "c"),
        1,
        Instant.EPOCH,
        Instant.EPOCH,
        "17.6",
        170006,
        "17.6",
        17,
        format,
        new Compression(method, null),
        null,
        List.of(
            new Manifest.DumpedDatabase(
                new Manifest.Database(
                    database, "shop", "UTF8", "libc", null, null, "C", "C", -1, null, null, null,
                    null),
                Instant.EPOCH,
                null,
                1L,
                1L,
                1L)),
        List.of(
            new Manifest.StoredFile(
                Manifest.Role.DUMP,
                database,
                "x.dump",
                List.of(new Manifest.StoredObject("1/x.dump", 42, "abcd")))),
        List.of(),
        null);
  }

  private static String text(Manifest manifest, String place) {
    var s3 = new Storage.S3("b", "p", null, null, null, null, null);
    var claim = new Storage.PersistentVolumeClaim("claim", "p");
    return text(
        manifest,
        place,
        place.startsWith("s3://") ? new Storage(s3, null) : new Storage(null, claim));
  }

  private static String text(Manifest manifest, String place, Storage storage) {
    return new String(new RestoreGuide(manifest, place, storage).bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void tellsEveryStepForACustomDumpInABucket() {
    assertThat(text(manifest("shop", DumpFormat.CUSTOM, Method.ZSTD), "s3://b/p/backup"))
        .contains(
            "aws s3 cp 's3://b/p/backup/1/x.dump' .\n",
            "echo 'abcd  x.dump' | sha256sum --check\n",
            "CREATE DATABASE \"shop\" TEMPLATE template0 ENCODING 'UTF8'",
            "or add --no-owner --no-privileges:\n",
            "pg_restore --exit-on-error --dbname='dbname='\\''shop'\\''' x.dump\n",
            "ALTER DATABASE \"shop\" OWNER TO \"shop\";");
  }

  @ParameterizedTest
  @CsvSource({"ZSTD,zstd -dc", "LZ4,lz4 -dc", "GZIP,gzip -dc", "NONE,cat"})
  void decompressesAPlainDumpOnAVolume(Method method, String command) {
    assertThat(text(manifest("shop", DumpFormat.PLAIN, method), "pvc://claim/p/backup"))
        .contains(
            "# where the volume of claim claim is mounted at /path/of/the/volume\n",
            "cp '/path/of/the/volume/p/backup/1/x.dump' .\n",
            "The roles that it names must\n   exist:\n",
            command + " x.dump | psql -X -v ON_ERROR_STOP=1 -d 'dbname=");
  }

  @Test
  void namesAServerThatIsNotAmazonsOwn() {
    var s3 =
        new Storage.S3(
            "b",
            "p",
            "eu-1",
            "https://s3.example.com:9000",
            true,
            null,
            new CaSecretRef("ca", null));
    assertThat(
            text(
                manifest("shop", DumpFormat.CUSTOM, Method.ZSTD),
                "s3://b/p/backup",
                new Storage(s3, null)))
        .contains(
            "# the server's certificate is of a CA of its own: aws --ca-bundle CA-FILE ...\n",
            "aws s3 cp --endpoint-url 'https://s3.example.com:9000' --region eu-1"
                + " 's3://b/p/backup/1/x.dump' .\n");
  }

  @Test
  void putsADumpInSeveralObjectsTogether() {
    var file =
        new Manifest.StoredFile(
            Manifest.Role.DUMP,
            "shop",
            "x.dump",
            List.of(
                new Manifest.StoredObject("1/x.dump", 42, "abcd"),
                new Manifest.StoredObject("1/x.dump.0002", 43, "ef01")));
    var manifest =
        ManifestBuilder.builder(manifest("shop", DumpFormat.CUSTOM, Method.ZSTD))
            .files(List.of(file))
            .build();

    assertThat(text(manifest, "s3://b/x"))
        .contains("(85 bytes)", "'s3://b/x/1/x.dump.0002' .\n", "cat x.dump.0002 >> x.dump\n");
  }

  @Test
  void decryptsWhatIsEncrypted() {
    var properties =
        new Manifest.StoredFile(
            Manifest.Role.PROPERTIES,
            "shop",
            "shop.properties.json",
            List.of(new Manifest.StoredObject("1/shop.properties.json.age", 1, "ef01")));
    var file =
        new Manifest.StoredFile(
            Manifest.Role.DUMP,
            "shop",
            "x.dump",
            List.of(new Manifest.StoredObject("1/x.dump.age", 42, "abcd")));
    var manifest =
        ManifestBuilder.builder(manifest("shop", DumpFormat.CUSTOM, Method.ZSTD))
            .encryption(new Manifest.Encrypted("age", List.of("age1x")))
            .files(List.of(file, properties))
            .build();

    assertThat(text(manifest, "s3://b/x"))
        .contains(
            "age -d -i IDENTITY-FILE -o x.dump x.dump.age\n",
            "pg_restore --exit-on-error",
            " x.dump\n",
            "aws s3 cp 's3://b/x/1/shop.properties.json.age' .\n",
            "echo 'ef01  shop.properties.json.age' | sha256sum --check\n",
            "-o shop.properties.json shop.properties.json.age\n",
            "cat shop.properties.json\n")
        .doesNotContain("OWNER TO");
  }

  @Test
  void fetchesADirectoryAsAWhole() {
    var files =
        List.of(
            new Manifest.StoredFile(
                Manifest.Role.DUMP,
                "shop",
                "12.dat.zst",
                List.of(
                    new Manifest.StoredObject("1/shop/12.dat.zst", 40, "ab"),
                    new Manifest.StoredObject("1/shop/12.dat.zst.0002", 2, "cd"))),
            new Manifest.StoredFile(
                Manifest.Role.DUMP,
                "shop",
                "toc.dat",
                List.of(new Manifest.StoredObject("1/shop/toc.dat", 1, "ef"))));
    var manifest =
        ManifestBuilder.builder(manifest("shop", DumpFormat.DIRECTORY, Method.ZSTD))
            .files(files)
            .build();

    assertThat(text(manifest, "s3://b/x"))
        .contains(
            "aws s3 cp --recursive 's3://b/x/1/shop' shop\n",
            "aws s3 cp 's3://b/x/manifest.json' .\n",
            "jq -r '.files[].objects[] | select(.path | startswith(\"1/shop/\"))"
                + " | \"\\(.sha256)  \\(.path | ltrimstr(\"1/\"))\"' manifest.json"
                + " | sha256sum --quiet --check\n",
            "(cd shop && cat 12.dat.zst.0002 >> 12.dat.zst && rm 12.dat.zst.0002)",
            " shop\n");
    assertThat(text(manifest, "pvc://claim/x"))
        .contains("cp -r '/path/of/the/volume/x/1/shop' shop\n");
  }

  @Test
  void quotesOddNamesForTheShell() {
    assertThat(text(manifest("a'b $x `c`\\", DumpFormat.CUSTOM, Method.ZSTD), "s3://b/x"))
        .contains("--dbname='dbname='\\''a\\'\\''b $x `c`\\\\'\\''' x.dump", "`` a'b $x `c`\\ ``");
  }

  @Test
  void tellsOfTheGlobalsAndOfEachDatabaseOfAServer() {
    // Given
    var shop = manifest("shop", DumpFormat.CUSTOM, Method.ZSTD);
    var stock = manifest("stock", DumpFormat.CUSTOM, Method.ZSTD);
    var globals =
        new Manifest.StoredFile(
            Manifest.Role.GLOBALS,
            null,
            "globals.sql",
            List.of(new Manifest.StoredObject("1/globals.sql", 7, "ef01")));
    var whole =
        ManifestBuilder.builder(shop)
            .databases(List.of(shop.databases().getFirst(), stock.databases().getFirst()))
            .files(List.of(globals, shop.files().getFirst(), stock.files().getFirst()))
            .build();

    // When
    var text = text(whole, "s3://b/p/backup");

    // Then
    assertThat(text)
        .startsWith("# Restore this backup without pgcask\n\n2 databases of a server")
        .containsSubsequence(
            "aws s3 cp 's3://b/p/backup/1/globals.sql' .\n",
            "psql -X -d postgres -f globals.sql\n",
            "## Database `shop`",
            "CREATE DATABASE \"shop\"",
            "## Database `stock`",
            "1. Fetch the dump and check it (42 bytes):\n",
            "CREATE DATABASE \"stock\"",
            "ALTER DATABASE \"stock\" OWNER TO");
  }
}
