/**
 * Has a database changed? Its definitions ({@link io.pgcask.postgres.change.CatalogueFingerprint}),
 * and whatever a dump would hold ({@link io.pgcask.postgres.change.ChangeEvidence}). Only reads.
 */
package io.pgcask.postgres.change;
