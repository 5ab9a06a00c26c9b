/** Tries storage out. */
package io.pgcask.runner.probe;
