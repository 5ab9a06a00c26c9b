package io.pgcask.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test that runs beside the others of its class, since it waits most of the time. It must leave
 * the operator's deployment alone. Classes run one after the other.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = ConcurrentTest.OPERATOR, mode = ResourceAccessMode.READ)
@interface ConcurrentTest {

  /** What a test of the same class that restarts the operator takes for itself. */
  String OPERATOR = "operator";
}
