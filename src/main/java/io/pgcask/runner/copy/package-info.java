/** What becomes of the copies of a backup, each of which is a backup of its own. */
package io.pgcask.runner.copy;
