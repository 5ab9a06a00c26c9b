/** Dumps a database: preflight, snapshot, pg_dump to storage, manifest. */
package io.pgcask.runner.backup;
