package io.pgcask.runner.restore;

import io.pgcask.api.v1alpha1.Compression;
import io.pgcask.api.v1alpha1.DumpFormat;
import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.RestoreMode;
import io.pgcask.archive.Archive;
import io.pgcask.contract.Manifest;
import io.pgcask.contract.ManifestBuilder;
import io.pgcask.contract.ManifestDatabaseBuilder;
import io.pgcask.contract.Task;
import io.pgcask.runner.RunContext;
import io.pgcask.runner.TaskFailedException;
import io.pgcask.runner.stored.BareDump;
import io.pgcask.runner.stored.PlainHead;
import io.pgcask.runner.stored.StoredBackup;
import io.pgcask.storage.StorageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A dump that pg_dump made elsewhere, as a backup: what a manifest would say is taken from the dump
 * itself.
 *
 * @param backup the dump
 * @param encoding in which its texts are; empty: it does not tell
 */
record BareSource(StoredBackup backup, Optional<String> encoding) {
  private static final String HASH = "hash";

  /**
   * Looks for one where there is no backup with a manifest.
   *
   * @param place that a restore may name
   * @param mode for which properties of the database are looked for
   * @return empty if a backup with a manifest lies there
   * @throws TaskFailedException StorageNotFound if nothing lies there, InvalidDump if it is no dump
   *     that can be restored
   */
  static Optional<BareSource> find(
      RunContext context, String path, Task.Bare place, RestoreMode mode, RestorePlan plan)
      throws TaskFailedException, IOException {
    var sha256 = Optional.ofNullable(place.sha256());
    if (hasManifest(context, path)) {
      if (sha256.isPresent()) {
        throw new TaskFailedException(
            Reason.INVALID_OPTIONS,
            "%s is a backup of pgcask, whose manifest has all hashes; leave out location.sha256"
                .formatted(context.store().place(path)));
      }
      return Optional.empty();
    }
    var dump = BareDump.find(context, path, sha256).orElseThrow(() -> nothing(context, path));
    if (dump.format() == DumpFormat.DIRECTORY && sha256.isPresent()) {
      throw new TaskFailedException(
          Reason.INVALID_OPTIONS,
          "%s is a directory, and location.sha256 is the hash of one file; leave it out"
              .formatted(context.store().place(path)));
    }
    plan.passed("format", "no manifest, but a dump of pg_dump: " + dump.shown());
    checkHash(sha256, plan);
    return Optional.of(
        switch (dump.content()) {
          case BareDump.Content.OfArchive of -> ofArchive(dump, of.archive(), mode, plan);
          case BareDump.Content.OfPlain of -> ofPlain(dump, of.head(), mode, plan);
        });
  }

  /**
   * Where the storage does not tell what is absent from what is forbidden, the dump itself may be
   * read all the same.
   */
  private static boolean hasManifest(RunContext context, String path) throws StorageException {
    try {
      return StoredBackup.exists(context.store(), path);
    } catch (StorageException e) {
      if (e.reason() == Reason.STORAGE_DENIED && context.store().size(path).isPresent()) {
        return false;
      }
      throw e;
    }
  }

  private static TaskFailedException nothing(RunContext context, String path) {
    return new TaskFailedException(
        Reason.STORAGE_NOT_FOUND,
        "%s is neither a backup of pgcask (there is no %s/%s), nor a dump in one file (there is no such"
                .formatted(context.store().place(path), path, Manifest.NAME)
            + " object), nor one in a directory (there is no %s/toc.dat)".formatted(path));
  }

  private static void checkHash(Optional<String> sha256, RestorePlan plan) {
    if (sha256.isPresent()) {
      plan.passed(HASH, "the SHA-256 of the location is compared while the dump is read");
    } else {
      plan.warning(
          HASH,
          "no manifest and no sha256: that the dump ends too early is found, other damage only as far as"
              + " pg_restore, psql and the compression find it");
    }
  }

  private static BareSource ofArchive(
      BareDump dump, Archive archive, RestoreMode mode, RestorePlan plan) {
    var header = archive.header();
    var original = OriginalDatabase.of(archive);
    var name = header.database().isEmpty() ? dump.name() : header.database();
    if (mode == RestoreMode.CREATE_NEW) {
      if (!original.described()) {
        warnOfDefaults(plan);
      }
      if (original.granted()) {
        plan.warning("properties", "rights on the database itself are not taken from the dump");
      }
    }
    var dumpVersion = DumpVersion.of(header.dumpVersion());
    return new BareSource(
        dump.describedBy(
            manifest(
                dump,
                ManifestDatabaseBuilder.builder(original.properties()).name(name).build(),
                DumpVersion.of(header.serverVersion()),
                new DumpVersion(
                    dumpVersion.text(), Math.max(dumpVersion.number(), oldest(archive))))),
        original.encoding());
  }

  /** The least that the format of the archive tells of the pg_dump that wrote it. */
  private static int oldest(Archive archive) {
    return switch (archive.header().version().minor()) {
      case 14 -> 120000;
      case 15 -> 160000;
      default -> 170000;
    };
  }

  private static BareSource ofPlain(
      BareDump dump, PlainHead head, RestoreMode mode, RestorePlan plan) {
    if (mode == RestoreMode.CREATE_NEW) {
      warnOfDefaults(plan);
    }
    var properties =
        ManifestDatabaseBuilder.builder().name(dump.name()).connectionLimit(-1).build();
    return new BareSource(
        dump.describedBy(
            manifest(
                dump,
                properties,
                DumpVersion.of(head.serverVersion()),
                DumpVersion.of(head.dumpVersion()))),
        Optional.of(head.encoding()).filter(encoding -> !encoding.isEmpty()));
  }

  private static void warnOfDefaults(RestorePlan plan) {
    plan.warning(
        "properties",
        "the dump does not tell encoding and locale of its database: the new one gets those of"
            + " template0");
  }

  /** Compression is none: what lies around a dump is taken off before anybody reads it. */
  private static Manifest manifest(
      BareDump dump, Manifest.Database properties, DumpVersion server, DumpVersion tool) {
    return ManifestBuilder.builder()
        .schemaVersion(Manifest.SCHEMA_VERSION)
        .serverVersion(server.text())
        .serverVersionNum(server.number())
        .toolVersion(tool.text())
        .toolMajor(tool.number() / 10000)
        .format(dump.format())
        .compression(new Compression(Compression.Method.NONE, null))
        .databases(List.of(new Manifest.DumpedDatabase(properties, null, null, null, null, null)))
        .files(dump.files(properties.name()))
        .build();
  }
}
