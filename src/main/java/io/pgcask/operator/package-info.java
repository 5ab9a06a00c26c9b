/**
 * The operator: one package per kind (reconciler, planner, status) and the concepts that they
 * share.
 *
 * <p>Data flows one way: resource, plan, Job, result, status. Reconcilers touch the cluster; what
 * they decide is computed by pure functions that get the time as a parameter.
 */
package io.pgcask.operator;
