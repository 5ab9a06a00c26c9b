/**
 * Integration tests on a real Kubernetes, with real PostgreSQL servers and a real S3 server. The
 * operator is installed by our own chart, so that everything runs under the shipped rights and
 * admission policies.
 *
 * <p>{@code dev/test it} runs them. {@link io.pgcask.it.Settings} lists the environment variables.
 */
package io.pgcask.it;
