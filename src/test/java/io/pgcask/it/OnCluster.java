package io.pgcask.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class the shared {@link Cluster} and a {@link Workspace} of their own as
 * parameters. When a test fails, what its namespace holds is printed.
 *
 * <p>For a whole run, dev/test gives classes with the tag {@code second-cluster} a cluster beside
 * that of the others, so that both cores have work until the end; tests with the tag {@code
 * every-cluster} run on both.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ClusterExtension.class)
@Tag("cluster")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@interface OnCluster {}
