/** What the runner says: lines on stdout and the termination message. */
package io.pgcask.runner.report;
