package io.pgcask.runner.tool;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * What a tool writes to stderr: all of it to a file (up to a limit), its warnings and errors to
 * listeners. The tools run with the C locale, so that the words {@code warning:} and {@code error:}
 * behind their name are always these. One thread writes, see {@link ToolProcess}.
 */
public final class ToolLog implements AutoCloseable {
  /** Where the stored log is cut. */
  public static final int MAX_FILE_BYTES = 16 << 20;

  private static final int MAX_LINE = 64 << 10;
  private static final int TAIL_LINES = 30;
  private static final int MAX_WARNINGS = 100;
  private static final String CUT = "[the log is longer; it is cut here]\n";

  /** What pg_restore does, as it tells with {@code --verbose}: too much for the newest lines. */
  private static final Pattern STEP =
      Pattern.compile(
          "(connecting|creating|dropping|processing|executing|restoring|restored|disabling|enabling"
              + "|implied|entering|launching|finished|skipping|setting|reducing) .*");

  private final Path file;
  private final OutputStream out;
  private final Consumer<String> onWarning;
  private final ToolErrors errors;
  private final ToolLines lines;
  private final Deque<String> tail = new ArrayDeque<>();
  private final List<String> warnings = new ArrayList<>();

  private long written;
  private boolean cut;

  /**
   * Begins a log.
   *
   * @param file that does not exist yet
   * @param onWarning is told the text of each warning, without the tool's name
   * @param onError is told the text of each error, without the tool's name, behind the entry of the
   *     archive that it belongs to, if it does
   */
  public ToolLog(Path file, Consumer<String> onWarning, Consumer<String> onError)
      throws IOException {
    this(file, onWarning, onError, ToolLines.ALL);
  }

  /**
   * Begins a log of what comes through a filter.
   *
   * @param lines sees every line before it is logged
   */
  public ToolLog(Path file, Consumer<String> onWarning, Consumer<String> onError, ToolLines lines)
      throws IOException {
    this.file = file;
    this.out = new BufferedOutputStream(Files.newOutputStream(file));
    this.onWarning = onWarning;
    this.errors = new ToolErrors(onError);
    this.lines = lines;
  }

  /**
   * Reads a tool's stderr to its end.
   *
   * @param program the tool's name, with which its messages begin
   */
  void drain(String program, InputStream stderr) throws IOException {
    var reader = new BufferedReader(new InputStreamReader(stderr, StandardCharsets.UTF_8));
    var prefix = program + ": ";
    for (var line = line(reader); line.isPresent(); line = line(reader)) {
      accept(prefix, line.get());
    }
    synchronized (this) {
      for (var held : lines.end()) {
        log(prefix, held);
      }
      errors.end();
      out.flush();
    }
  }

  /** Keeps which command was run; it holds no secret. */
  synchronized void command(List<String> command) throws IOException {
    write("$ " + String.join(" ", command));
  }

  /** A line without its end; what is longer than a bound comes as several. */
  private static Optional<String> line(Reader reader) throws IOException {
    var line = new StringBuilder();
    for (int c = reader.read(); c != -1; c = reader.read()) {
      if (c == '\n' || line.length() == MAX_LINE) {
        return Optional.of(line.toString());
      }
      line.append((char) c);
    }
    return line.isEmpty() ? Optional.empty() : Optional.of(line.toString());
  }

  private synchronized void accept(String prefix, String line) throws IOException {
    for (var logged : lines.next(line)) {
      log(prefix, logged);
    }
  }

  private void log(String prefix, String line) throws IOException {
    write(line);
    var message = message(prefix, line);
    if (message.isEmpty()) {
      // DETAIL, CONTEXT, "Command was": they hold data, and stay in the stored log
      errors.detail(line);
      return;
    }
    var text = message.get();
    if (!STEP.matcher(text).matches()) {
      tail.addLast(line);
      if (tail.size() > TAIL_LINES) {
        tail.removeFirst();
      }
    }
    errors.message(text);
    if (text.startsWith("warning: ")) {
      warning(text.substring("warning: ".length()));
    }
  }

  /**
   * The part of a line behind the tool's name; psql puts the place in its input behind its name:
   * {@code psql:<stdin>:12: ERROR: ...}.
   */
  private static Optional<String> message(String prefix, String line) {
    if (line.startsWith(prefix)) {
      return Optional.of(line.substring(prefix.length()));
    }
    var place = prefix.stripTrailing() + "<stdin>:";
    if (line.startsWith(place)) {
      int end = line.indexOf(": ", place.length());
      return end < 0 ? Optional.empty() : Optional.of(line.substring(end + 2));
    }
    return Optional.empty();
  }

  private void warning(String text) {
    if (text.startsWith("errors ignored on restore")) {
      return; // pg_restore's count of the errors that were told one by one
    }
    if (warnings.size() < MAX_WARNINGS) {
      warnings.add(text);
    }
    onWarning.accept(text);
  }

  private void write(String line) throws IOException {
    var bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (cut) {
      return;
    }
    if (written + bytes.length <= MAX_FILE_BYTES) {
      out.write(bytes);
      written += bytes.length;
    } else {
      cut = true;
      out.write(CUT.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The first error, if there was one. */
  public synchronized Optional<String> firstError() {
    return errors.first();
  }

  /** How many errors there were. */
  public synchronized int errorCount() {
    return errors.count();
  }

  /** Numbers of the archive's entries that had errors. */
  public synchronized Set<Integer> entriesWithErrors() {
    return errors.entries();
  }

  /**
   * Whether the tool said in the end that it went on after each error that it had told.
   *
   * @param foreseen errors that it counts and that were taken out of the log's lines
   */
  public synchronized boolean allErrorsIgnored(int foreseen) {
    return errors.allIgnored(foreseen);
  }

  /** Whether the tool said in the end that it went on after errors, however many. */
  public synchronized boolean errorsIgnored() {
    return errors.someIgnored();
  }

  /** Whether an error says that the connection was lost. */
  public synchronized boolean connectionLost() {
    return errors.connectionLost();
  }

  /** The first 100 warnings. */
  public synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** The newest lines, without details. */
  public synchronized List<String> tail() {
    return List.copyOf(tail);
  }

  /** All of it, up to {@link #MAX_FILE_BYTES}. */
  public synchronized byte[] bytes() throws IOException {
    out.flush();
    return Files.readAllBytes(file);
  }

  @Override
  public synchronized void close() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
