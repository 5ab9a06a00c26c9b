/**
 * The Kubernetes API of pgcask, group {@code pgcask.io}, version {@code v1alpha1}.
 *
 * <p>Records hold data only. Every field carries the sentence that {@code kubectl explain} prints,
 * its bounds and, where the API server can check more, a CEL rule with a message that says what to
 * do. Three habits keep the schema safe to change:
 *
 * <ul>
 *   <li>a field enters the schema with the release that acts on it, so that nothing is ignored in
 *       silence;
 *   <li>an immutable field has no default in the schema (a changed default would make unchanged
 *       YAML fail); the operator resolves it into {@code status.resolved} and the description
 *       states it;
 *   <li>CEL rules stand on the record, never on a component: there they would be emitted twice and
 *       server-side apply would refuse the CRD.
 * </ul>
 */
package io.pgcask.api.v1alpha1;
