/** pgcask: a Kubernetes operator for logical PostgreSQL backup and restore. */
package io.pgcask;
