package io.pgcask.it;

import java.util.Locale;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** See {@link OnCluster}. The cluster lives in JUnit's root store, which closes it in the end. */
final class ClusterExtension implements ParameterResolver, AfterEachCallback {

  private static final Namespace STORE = Namespace.create(ClusterExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    var type = parameter.getParameter().getType();
    return type == Cluster.class || type == Workspace.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Cluster.class
        ? cluster(context)
        : context
            .getStore(STORE)
            .getOrComputeIfAbsent(
                Workspace.class,
                missing -> cluster(context).workspace(purpose(context)),
                Workspace.class);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    var workspace = context.getStore(STORE).get(Workspace.class, Workspace.class);
    if (workspace == null) {
      return;
    }
    if (context.getExecutionException().isPresent()) {
      System.err.println(workspace.report());
    }
    workspace.delete();
  }

  private static Cluster cluster(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(STORE)
        .getOrComputeIfAbsent(Cluster.class, missing -> Cluster.start(), Cluster.class);
  }

  /** The test's method as a part of a namespace's name. */
  private static String purpose(ExtensionContext context) {
    var words =
        context
            .getRequiredTestMethod()
            .getName()
            .replaceAll("([A-Z])", "-$1")
            .toLowerCase(Locale.ROOT);
    return words.substring(0, Math.min(words.length(), 45)).replaceAll("-+$", "");
  }
}
