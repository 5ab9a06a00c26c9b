package io.pgcask.operator.config;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.quarkiverse.operatorsdk.runtime.QuarkusConfigurationService;
import io.quarkiverse.operatorsdk.runtime.QuarkusControllerConfiguration;
import io.quarkus.arc.All;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import java.util.List;

/**
 * Puts the operator together in place of QOSDK's own producer.
 *
 * <p>Our reconcilers set and remove their finalizer themselves, so that a resource that has ended
 * and has nothing to delete carries none. For that they must be called for resources that are being
 * deleted too: JOSDK's {@code triggerReconcilerOnAllEvents}, which QOSDK 7.4 does not read from
 * {@code @ControllerConfiguration}.
 */
@ApplicationScoped
class OperatorBean {

  /** JOSDK's own default of the safety net. */
  private static final Duration MAX_INTERVAL = Duration.ofHours(10);

  @Produces
  @ApplicationScoped
  Operator operator(
      QuarkusConfigurationService service,
      @All List<Reconciler<? extends HasMetadata>> reconcilers) {
    var operator = new Operator(service);
    reconcilers.forEach(reconciler -> register(operator, service, reconciler));
    return operator;
  }

  private static <R extends HasMetadata> void register(
      Operator operator, QuarkusConfigurationService service, Reconciler<R> reconciler) {
    operator.register(
        reconciler, new OnAllEvents<>(service.getConfigurationFor(reconciler), service));
  }

  /** What QOSDK has made of the annotations and properties, and the one setting that it lacks. */
  private static final class OnAllEvents<R extends HasMetadata>
      extends QuarkusControllerConfiguration<R> {

    OnAllEvents(QuarkusControllerConfiguration<R> made, QuarkusConfigurationService service) {
      super(
          made.getInformerConfig(),
          made.getName(),
          made.isGenerationAware(),
          made.getAssociatedReconcilerClassName(),
          made.getRetry(),
          made.getRateLimiter(),
          made.maxReconciliationInterval().orElse(MAX_INTERVAL),
          made.getFinalizerName(),
          made.fieldManager(),
          made.getWorkflow(),
          made.getResourceTypeName(),
          made.getResourceClass());
      setParent(service);
    }

    @Override
    public boolean triggerReconcilerOnAllEvents() {
      return true;
    }
  }
}
