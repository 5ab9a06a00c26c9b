package io.pgcask.runner.stored;

/** A dump that no disk has to hold: a tool gets it while it is read from storage. */
public sealed interface StreamedDump extends StoredDump permits DumpStream, DumpDirectory {}
