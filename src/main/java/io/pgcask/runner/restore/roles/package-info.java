/** Owners, rights and policies of an archive, for roles that have other names on the target. */
package io.pgcask.runner.restore.roles;
