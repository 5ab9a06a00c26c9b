/**
 * Tells receivers what happens to the Backups of a schedule. Data flows one way: {@link
 * io.pgcask.operator.schedule.notification.Happenings} finds what has happened, {@link
 * io.pgcask.operator.schedule.notification.OutboxPlan} keeps what is to be delivered in the status,
 * {@link io.pgcask.operator.schedule.notification.Deliveries} delivers what stands there, beside
 * the reconcilers.
 */
package io.pgcask.operator.schedule.notification;
