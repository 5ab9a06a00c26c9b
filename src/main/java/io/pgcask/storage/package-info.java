/**
 * Where backups lie, behind one small interface: an S3 bucket or a mounted volume. Used by the
 * runner, and by the operator to delete. Errors carry the reason that a status shows, taken from
 * the SDK's types and codes.
 */
package io.pgcask.storage;
