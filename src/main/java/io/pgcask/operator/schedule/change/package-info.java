/** Whether a slot can be skipped since nothing has changed. */
package io.pgcask.operator.schedule.change;
