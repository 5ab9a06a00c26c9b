/**
 * Is a database ready to be dumped? What pg_dump will need is looked for before it is needed:
 * rights, room for locks, a session of its own. {@link
 * io.pgcask.operator.connection.readiness.Inspection} asks the server; each thing that is found is
 * a {@link io.pgcask.operator.connection.readiness.DumpFinding} with the SQL that mends it.
 */
package io.pgcask.operator.connection.readiness;
