/**
 * PostgreSQL as a client sees it: connection strings, sessions, the text that libpq wants, facts
 * about a server, and the client programs in the image. Used by the operator's probe and by the
 * runner, so that both read a Secret and judge an error by the same rules.
 */
package io.pgcask.postgres;
