package io.pgcask.runner.age;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardEncryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519KeyPairGenerator;
import io.pgcask.storage.Hashes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * How fast the ways to write an age file are: {@code dev/bench encryption}. Prints {@code name:
 * value} lines, medians of alternating rounds. Counts processor time and not the clock's, so that
 * other work on the machine matters little; of the {@code age} program its own and that of our
 * threads at both ends of its pipes.
 */
public final class EncryptionBench {
  private static final int MIB = 1 << 20;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** What one zstd:1 stream of pg_dump yields on one core, from the measurements of the dump. */
  private static final double STREAM = 45e6;

  private final byte[] block = new byte[MIB];
  private final byte[] target = new byte[MIB];
  private final int mebibytes;
  private final String recipient;
  private final String identity;
  private final Recipients recipients;
  private final Identities identities;
  private long programAlone;

  private EncryptionBench(int mebibytes) throws Exception {
    this.mebibytes = mebibytes;
    var pair = new X25519KeyPairGenerator().generateKeyPair();
    this.recipient = new String(pair.getPublic().getEncoded(), StandardCharsets.US_ASCII);
    this.identity = new String(pair.getPrivate().getEncoded(), StandardCharsets.US_ASCII);
    this.recipients = Recipients.parse("recipients", recipient);
    this.identities = Identities.parse("identities", identity);
    new Random(1).nextBytes(block);
  }

  /** One way to move the bytes; gives the nanoseconds of processor time it took. */
  private interface Way {
    long run() throws Exception;
  }

  private interface Work {
    void run() throws Exception;
  }

  /**
   * Runs.
   *
   * @param args rounds (7) and MiB per measurement (256)
   */
  public static void main(String[] args) throws Exception {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 7;
    new EncryptionBench(args.length > 1 ? Integer.parseInt(args[1]) : 256).run(rounds);
  }

  private void run(int rounds) throws Exception {
    var file = encrypted(mebibytes, block, recipients);
    try {
      print(measure(rounds, file));
    } finally {
      Files.delete(file);
    }
  }

  private Map<String, List<Double>> measure(int rounds, Path file) throws Exception {
    var ways = new LinkedHashMap<String, Way>();
    ways.put("copy", () -> here(() -> repeat(this::copy)));
    ways.put("sha256", () -> here(this::sha256));
    ways.put("encrypt_jca_raw", () -> here(this::raw));
    ways.put("encrypt", () -> here(this::encrypt));
    ways.put("decrypt", () -> here(() -> decrypt(file)));
    ways.put("encrypt_jagged", () -> here(this::encryptByJagged));
    ways.put("decrypt_jagged", () -> here(() -> decryptByJagged(file)));
    if (programExists()) {
      ways.put("encrypt_age_program", this::encryptByProgram);
      // of the run before, without what our threads spend on its pipes
      ways.put("encrypt_age_program_alone", () -> programAlone);
    }
    var results = new LinkedHashMap<String, List<Double>>();
    // the first round warms up
    for (int round = -1; round < rounds; round++) {
      for (var way : ways.entrySet()) {
        double speed = mebibytes / (way.getValue().run() / 1e9);
        if (round >= 0) {
          results.computeIfAbsent(way.getKey(), name -> new ArrayList<>()).add(speed);
        }
      }
    }
    return results;
  }

  private static void print(Map<String, List<Double>> results) {
    var medians = new LinkedHashMap<String, Double>();
    results.forEach((name, speeds) -> medians.put(name, median(speeds)));
    medians.forEach((name, speed) -> line(name + "_mib_per_cpu_s", speed));
    medians.forEach((name, speed) -> line(name + "_over_sha256", speed / medians.get("sha256")));
    medians.forEach(
        (name, speed) -> line(name + "_percent_of_core_per_stream", STREAM / MIB / speed * 100));
  }

  private static void line(String name, double value) {
    System.out.println(String.format(Locale.ROOT, "%s: %.2f", name, value));
  }

  private static double median(List<Double> values) {
    var sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static long here(Work work) throws Exception {
    long begun = THREADS.getCurrentThreadCpuTime();
    work.run();
    return THREADS.getCurrentThreadCpuTime() - begun;
  }

  private void repeat(Work work) throws Exception {
    for (int i = 0; i < mebibytes; i++) {
      work.run();
    }
  }

  private void copy() {
    System.arraycopy(block, 0, target, 0, MIB);
  }

  private void sha256() throws Exception {
    var digest = Hashes.sha256();
    repeat(() -> digest.update(block));
    digest.digest();
  }

  private void raw() throws Exception {
    var cipher = Cipher.getInstance("ChaCha20-Poly1305");
    var key = new SecretKeySpec(Arrays.copyOf(block, 32), "ChaCha20");
    var nonce = new byte[12];
    for (int i = 0; i < mebibytes * (MIB / Chunks.PLAIN); i++) {
      ByteBuffer.wrap(nonce).putInt(i);
      cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
      cipher.doFinal(block, 0, Chunks.PLAIN, target, 0);
    }
  }

  /** In the pieces in which the runner reads from pg_dump. */
  private void encrypt() throws Exception {
    try (var out = AgeEncryption.to(OutputStream.nullOutputStream(), recipients)) {
      repeat(() -> writeInPieces(out));
    }
  }

  private void writeInPieces(OutputStream out) throws IOException {
    int piece = 64 << 10;
    for (int offset = 0; offset < MIB; offset += piece) {
      out.write(block, offset, piece);
    }
  }

  private void encryptByJagged() throws Exception {
    var sink = Channels.newChannel(OutputStream.nullOutputStream());
    try (var out =
        new StandardEncryptingChannelFactory()
            .newEncryptingChannel(sink, List.copyOf(recipients.writers()))) {
      repeat(
          () -> {
            var rest = ByteBuffer.wrap(block);
            while (rest.hasRemaining()) {
              out.write(rest);
            }
          });
    }
  }

  private static Path encrypted(int mebibytes, byte[] block, Recipients recipients)
      throws IOException {
    var file = Files.createTempFile("pgcask-bench", ".age");
    try (var out = AgeEncryption.to(Files.newOutputStream(file), recipients)) {
      for (int i = 0; i < mebibytes; i++) {
        out.write(block);
      }
    }
    return file;
  }

  private void decrypt(Path file) throws IOException {
    try (var in = AgeDecryption.of(Files.newInputStream(file), identities)) {
      readAll(in);
    }
  }

  private void decryptByJagged(Path file) throws Exception {
    List<RecipientStanzaReader> readers = List.of(identities.reader());
    try (var channel =
        new StandardDecryptingChannelFactory()
            .newDecryptingChannel(Files.newByteChannel(file), readers)) {
      readAll(Channels.newInputStream(channel));
    }
  }

  private void readAll(InputStream in) throws IOException {
    while (in.read(target, 0, 128 << 10) >= 0) {
      // only read
    }
  }

  private static boolean programExists() {
    try {
      return new ProcessBuilder("age", "--version").redirectErrorStream(true).start().waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private long encryptByProgram() throws Exception {
    var process = new ProcessBuilder("age", "-r", recipient).start();
    var reading = new AtomicLong();
    var received = new AtomicLong();
    var reader =
        Thread.ofPlatform()
            .start(
                () -> {
                  var buffer = new byte[128 << 10];
                  try (var in = process.getInputStream()) {
                    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                      received.addAndGet(n);
                      reading.set(THREADS.getCurrentThreadCpuTime());
                    }
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                });
    long writing;
    Optional<Duration> program;
    try (var out = process.getOutputStream()) {
      writing = here(() -> repeat(() -> writeInPieces(out)));
      out.flush();
      // all but its last chunk; its time cannot be asked for once it has ended
      while (received.get() < (long) mebibytes * MIB - 2 * Chunks.ENCRYPTED) {
        Thread.sleep(1);
      }
      program = process.info().totalCpuDuration();
    }
    reader.join();
    process.waitFor();
    programAlone = program.orElseThrow().toNanos();
    return writing + reading.get() + programAlone;
  }
}
