package io.pgcask.runner.restore.globals;

/**
 * A tablespace that a script makes.
 *
 * @param location directory on the server's host; empty: below the server's own directory
 */
public record Tablespace(String name, String owner, String location) {}
