package io.pgcask.operator.restore;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.api.v1alpha1.Restore;
import io.pgcask.api.v1alpha1.SpareDatabase;
import io.pgcask.contract.ReplacementNames;
import io.pgcask.operator.connection.ConnectionResolver;
import io.pgcask.operator.connection.Connections;
import io.pgcask.operator.connection.DatabaseRemoval;
import io.pgcask.operator.connection.DatabaseRemoval.Mark;
import io.pgcask.operator.connection.DatabaseRemoval.Meant;
import io.pgcask.operator.connection.DatabaseRemoval.Outcome;
import io.pgcask.operator.job.Trouble;
import io.pgcask.operator.job.TroubleException;
import jakarta.enterprise.context.ApplicationScoped;

/** Drops what a Restore in mode Replace has left beside its target, on the server of then. */
@ApplicationScoped
public class SpareDatabaseRemoval {

  private final Connections connections;
  private final ConnectionResolver resolver;
  private final DatabaseRemoval removal;

  /** Made by the container, and by tests with parts of their own. */
  public SpareDatabaseRemoval(
      Connections connections, ConnectionResolver resolver, DatabaseRemoval removal) {
    this.connections = connections;
    this.resolver = resolver;
    this.removal = removal;
  }

  /** Tries it once. */
  Outcome remove(Restore restore, SpareDatabase spare) {
    if (!SpareDatabases.isOf(restore, spare)) {
      return new Outcome.Another("no database of this Restore has such a name");
    }
    var then = restore.getStatus().resolved().connection();
    var connection = connections.find(restore.getMetadata().getNamespace(), then.name());
    if (connection.isEmpty()) {
      return new Outcome.NotYet(
          new Trouble(
              Reason.CONNECTION_NOT_FOUND,
              "PostgresConnection %s does not exist any more".formatted(then.name())));
    }
    try {
      var resolved = resolver.resolve(connection.get());
      var server = resolved.server();
      if (!server.host().equals(then.host()) || server.port() != then.port()) {
        return new Outcome.NotYet(
            new Trouble(
                Reason.HOST_UNREACHABLE,
                "PostgresConnection %s leads to %s:%d now, and the database is on %s:%d"
                    .formatted(
                        then.name(), server.host(), server.port(), then.host(), then.port())));
      }
      return removal.drop(resolved, meant(restore, spare));
    } catch (TroubleException e) {
      return new Outcome.NotYet(e.trouble());
    }
  }

  private static Meant meant(Restore restore, SpareDatabase spare) {
    return new Meant(
        spare.name(),
        spare.oid() == null
            ? new Mark.Comment(ReplacementNames.mark(restore.getMetadata().getUid()))
            : new Mark.Oid(spare.oid()));
  }
}
