package io.pgcask.storage;

import io.pgcask.api.v1alpha1.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/**
 * Bytes in parts, a few of them on their way at once, each kept in memory until it is acknowledged
 * so that it can be sent again. What fits into one part goes by one PutObject; what has more parts
 * than an object takes goes on in a further object, {@code key}, {@code key.0002}, {@code
 * key.0003}. All objects come into being in the end, or none stays. Memory: see {@link PartPlan};
 * buffers are made when they are first needed.
 */
final class S3Upload implements Upload {
  /** How long parts on their way are waited for before the upload is aborted. */
  private static final Duration SETTLE = Duration.ofSeconds(8);

  private static final byte[] NONE = new byte[0];

  private final String key;
  private final Function<String, S3Piece> pieceOf;
  private final PartPlan plan;
  private final BlockingQueue<byte[]> free;
  private final ExecutorService senders;
  private final List<S3Piece> pieces = new ArrayList<>();
  private final AtomicLong stored = new AtomicLong();
  private final AtomicReference<StorageException> failure = new AtomicReference<>();

  private byte[] current = NONE;
  private int filled;
  private int made;
  private boolean ended;

  /**
   * An upload.
   *
   * @param pieceOf makes the object of a key
   */
  S3Upload(String key, Function<String, S3Piece> pieceOf, PartPlan plan) {
    this.key = key;
    this.pieceOf = pieceOf;
    this.plan = plan;
    this.free = new ArrayBlockingQueue<>(plan.buffers());
    this.senders =
        Executors.newFixedThreadPool(
            Math.max(1, plan.buffers() - 1),
            Thread.ofPlatform().name("upload-", 0).daemon().factory());
    pieces.add(pieceOf.apply(key));
  }

  /** Key of the n-th object of an upload, from 1. */
  static String keyOf(String key, int number) {
    return number == 1 ? key : "%s.%04d".formatted(key, number);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws StorageException {
    int from = offset;
    int end = offset + length;
    while (from < end) {
      throwFailure();
      if (current.length == 0) {
        current = buffer();
        goOnInNextObjectIfFull();
      }
      int count = Math.min(end - from, current.length - filled);
      System.arraycopy(bytes, from, current, filled, count);
      pieces.getLast().count(bytes, from, count);
      filled += count;
      from += count;
      if (filled == current.length) {
        sendCurrent();
      }
    }
  }

  /** Only when there is a byte for it, so that no object is empty. */
  private void goOnInNextObjectIfFull() {
    if (pieces.getLast().parts() == plan.maxParts()) {
      pieces.add(pieceOf.apply(keyOf(key, pieces.size() + 1)));
    }
  }

  private byte[] buffer() throws StorageException {
    var buffer = free.poll();
    if (buffer != null) {
      return buffer;
    }
    if (made < plan.buffers()) {
      made++;
      return new byte[plan.partBytes()];
    }
    try {
      while (true) {
        // this wait is the back-pressure: pg_dump's pipe fills and pg_dump waits
        buffer = free.poll(1, TimeUnit.SECONDS);
        if (buffer != null) {
          return buffer;
        }
        throwFailure();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void sendCurrent() throws StorageException {
    var piece = pieces.getLast();
    int number = piece.nextPart(this::wanted);
    var buffer = current;
    int length = filled;
    current = NONE;
    filled = 0;
    try {
      senders.execute(() -> send(piece, number, buffer, length));
    } catch (RejectedExecutionException e) {
      throwFailure(); // cancelled between the check and here
      throw e;
    }
  }

  private void send(S3Piece piece, int number, byte[] buffer, int length) {
    try {
      if (wanted()) {
        piece.send(number, buffer, length, this::wanted);
        stored.addAndGet(length);
      }
    } catch (StorageException e) {
      failure.compareAndSet(null, e);
    } finally {
      free.add(buffer);
    }
  }

  private boolean wanted() {
    return failure.get() == null;
  }

  @Override
  public long storedBytes() {
    return stored.get();
  }

  @Override
  public List<Stored> complete() throws StorageException {
    throwFailure();
    if (pieces.size() == 1 && pieces.getFirst().parts() == 0) {
      pieces.getFirst().putWhole(current, filled, this::wanted);
      stored.set(filled);
    } else {
      if (filled > 0) {
        sendCurrent();
      }
      awaitSenders();
      throwFailure();
      // if one fails, abort removes those before it
      for (var piece : pieces) {
        throwFailure();
        piece.complete(this::wanted);
      }
    }
    ended = true;
    senders.shutdownNow();
    return pieces.stream().map(S3Piece::stored).toList();
  }

  private void awaitSenders() throws StorageException {
    senders.shutdown();
    try {
      // ends: every request has a bound, and a failure ends the others' tries
      while (!senders.awaitTermination(1, TimeUnit.SECONDS)) {
        throwFailure();
      }
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  @Override
  public void cancel() {
    failure.compareAndSet(null, new StorageException(Reason.CANCELLED, "the upload was given up"));
    senders.shutdownNow();
  }

  @Override
  public void abort() throws StorageException {
    if (ended) {
      return;
    }
    ended = true;
    cancel();
    // with the flag set, the SDK would refuse to work
    boolean interrupted = Thread.interrupted();
    try {
      // a part that arrives after the abort would stay for ever
      senders.awaitTermination(SETTLE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    try {
      removeAll();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Tries each, whatever became of the others, and throws what went wrong first. */
  private void removeAll() throws StorageException {
    StorageException first = null;
    for (var piece : pieces) {
      try {
        piece.remove();
      } catch (StorageException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }

  @Override
  public void close() throws StorageException {
    abort();
  }

  private void throwFailure() throws StorageException {
    var first = failure.get();
    if (first != null) {
      throw first;
    }
  }

  private StorageException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new StorageException(
        Reason.CANCELLED, "interrupted while writing " + pieces.getLast().place(), e);
  }
}
