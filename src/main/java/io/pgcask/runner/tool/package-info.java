/**
 * The client programs as processes: started without a shell and with an empty environment, their
 * stderr drained, their whole tree killed.
 */
package io.pgcask.runner.tool;
