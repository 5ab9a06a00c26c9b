package io.pgcask.runner.restore.selection;

/** A name in a schema, both without quotes. */
public record QualifiedName(String schema, String name) {}
