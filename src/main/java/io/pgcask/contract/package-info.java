/**
 * What the operator and the runner say to each other: the {@link io.pgcask.contract.Task} in the
 * Job's environment, the {@link io.pgcask.contract.Result} in the termination message, {@link
 * io.pgcask.contract.Report} lines on stdout, and the {@link io.pgcask.contract.Manifest} in
 * storage.
 */
package io.pgcask.contract;
