/** Decides what a lost run has left, and removes backups. */
package io.pgcask.runner.settle;
