package io.pgcask.operator.event;

/** How lists are asked for. */
public final class Lists {

  /**
   * The most resources in one answer of the API server, which holds all of an answer in memory, and
   * so does who asked: 500 Backups are about 2 MiB. kubectl asks for as many.
   */
  public static final long PAGE = 500;

  private Lists() {}
}
