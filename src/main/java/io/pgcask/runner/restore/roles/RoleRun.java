package io.pgcask.runner.restore.roles;

import io.pgcask.api.v1alpha1.Reason;
import io.pgcask.archive.ArchiveEntry;
import io.pgcask.postgres.PostgresException;
import io.pgcask.postgres.SafeText;
import io.pgcask.postgres.Sessions;
import io.pgcask.postgres.Sql;
import io.pgcask.runner.Cancellation;
import io.pgcask.runner.TaskFailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Sets owners, rights and policies where everything else is there already, in one transaction. */
public final class RoleRun {
  private static final String IN_SCHEMA = "SELECT pg_catalog.has_schema_privilege(?, ?, 'CREATE')";

  private static final String IN_DATABASE =
      "SELECT pg_catalog.has_database_privilege(?, ?, 'CREATE')";

  private static final Set<String> IN_DATABASE_ITSELF = Set.of("PUBLICATION", "SUBSCRIPTION");

  /** In bytes, of the name of an object in a message. */
  private static final int MAX_NAME = 100;

  private final RoleWork work;
  private final Connection session;
  private final Cancellation cancellation;

  private String current = "the beginning";
  private Optional<Consumer<String>> accepted = Optional.empty();
  private int errors;

  /**
   * Who must be allowed to create in something for a moment.
   *
   * @param schema in which; empty: the database
   */
  private record Creator(String schema, String role) {}

  /**
   * In a database.
   *
   * @param session of its own, see {@link Sessions#openForTexts}
   */
  public RoleRun(RoleWork work, Connection session, Cancellation cancellation) {
    this.work = work;
    this.session = session;
    this.cancellation = cancellation;
  }

  /**
   * Goes on after an error of an object, which then has what it had.
   *
   * @param error is told of each, quoted values masked
   */
  public RoleRun accepting(Consumer<String> error) {
    accepted = Optional.of(error);
    return this;
  }

  /**
   * Does it.
   *
   * @return how many errors were accepted
   * @throws TaskFailedException RestoreFailed if something was refused, with its name; nothing is
   *     set then
   */
  public int run() throws TaskFailedException {
    try {
      session.setAutoCommit(false);
      prepare();
      set();
      current = "the end";
      session.commit();
      return errors;
    } catch (SQLException e) {
      throw failed(Sessions.failure(e));
    }
  }

  private TaskFailedException failed(PostgresException e) {
    return new TaskFailedException(
        e.reason() == Reason.HOST_UNREACHABLE ? e.reason() : Reason.RESTORE_FAILED,
        "owners, rights and policies could not be set, at %s: %s; none of them is"
            .formatted(current, e.getMessage()));
  }

  /** As pg_restore begins its sessions. */
  private void prepare() throws SQLException {
    execute("SELECT pg_catalog.set_config('search_path', '', false)");
    execute("SET statement_timeout = 0");
    execute("SET lock_timeout = 0");
    execute("SET client_min_messages = warning");
    execute("SET standard_conforming_strings = " + (work.entries().backslashes() ? "off" : "on"));
    becomeItself();
  }

  private void becomeItself() throws SQLException {
    execute(work.role().map(role -> "SET LOCAL ROLE " + Sql.identifier(role)).orElse("RESET ROLE"));
  }

  private void set() throws TaskFailedException, SQLException {
    var entries = work.entries();
    runAll(entries.creations());
    give(entries.schemaOwners());
    runAll(entries.schemaRights());
    var creators = creators();
    for (var creator : creators) {
      current = place(creator);
      attempt(() -> execute("GRANT CREATE ON %s TO %s".formatted(current, role(creator))));
    }
    give(entries.owners());
    for (var creator : creators) {
      current = place(creator);
      attempt(() -> execute("REVOKE CREATE ON %s FROM %s".formatted(current, role(creator))));
    }
    runAll(entries.rights());
    runAll(entries.eventTriggers());
    give(entries.eventTriggerOwners());
  }

  private String place(Creator creator) throws SQLException {
    return creator.schema().isEmpty()
        ? "DATABASE " + Sql.identifier(session.getCatalog())
        : "SCHEMA " + Sql.identifier(creator.schema());
  }

  private static String role(Creator creator) {
    return Sql.identifier(creator.role());
  }

  private void give(List<Ownership> ownerships) throws TaskFailedException, SQLException {
    for (var ownership : ownerships) {
      if (!work.gives(ownership)) {
        continue;
      }
      begin(ownership.entry());
      attempt(
          () -> {
            for (var target : ownership.targets()) {
              execute("ALTER %s OWNER TO %s".formatted(target, Sql.identifier(owner(ownership))));
            }
          });
    }
  }

  private String owner(Ownership ownership) {
    return work.names().of(ownership.entry().owner());
  }

  /**
   * Unless a superuser gives it away, an object's new owner must have the right to create in its
   * schema, and that of a publication in the database, which he may never have had where a
   * superuser gave it to him.
   */
  private List<Creator> creators() throws SQLException {
    if (work.superuser()) {
      return List.of();
    }
    var creators = new LinkedHashSet<Creator>();
    for (var ownership : work.entries().owners()) {
      var entry = ownership.entry();
      boolean inDatabase = IN_DATABASE_ITSELF.contains(entry.desc());
      if (work.gives(ownership) && (inDatabase || !entry.namespace().isEmpty())) {
        creators.add(new Creator(inDatabase ? "" : entry.namespace(), owner(ownership)));
      }
    }
    var unable = new ArrayList<Creator>();
    for (var creator : creators) {
      if (!mayCreate(creator)) {
        unable.add(creator);
      }
    }
    return unable;
  }

  private boolean mayCreate(Creator creator) throws SQLException {
    boolean inDatabase = creator.schema().isEmpty();
    try (var statement = session.prepareStatement(inDatabase ? IN_DATABASE : IN_SCHEMA)) {
      statement.setString(1, creator.role());
      statement.setString(2, inDatabase ? session.getCatalog() : creator.schema());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  private void runAll(List<RoleEntries.Sql> texts) throws TaskFailedException, SQLException {
    for (var text : texts) {
      begin(text.entry());
      attempt(() -> run(text.statements()));
    }
  }

  /** What is granted by somebody else than the owner stands between becoming him and the end. */
  private void run(List<RoleStatement> statements) throws SQLException {
    boolean ofForbidden = false;
    for (var statement : statements) {
      if (statement.becomes()) {
        var role = statement.roles().stream().findFirst();
        ofForbidden = role.filter(work.names()::isForbidden).isPresent();
        if (role.isPresent() && !ofForbidden) {
          execute("SET LOCAL ROLE " + Sql.identifier(work.names().of(role.get())));
        }
      } else if (statement.resets()) {
        ofForbidden = false;
        becomeItself();
      } else if (!ofForbidden && statement.roles().stream().noneMatch(work.names()::isForbidden)) {
        execute(statement.withRoles(work.names()::of));
      }
    }
  }

  /** What belongs to one entry. */
  private interface Step {
    void run() throws SQLException;
  }

  private void attempt(Step step) throws SQLException {
    if (accepted.isEmpty()) {
      step.run();
      return;
    }
    execute("SAVEPOINT entry");
    try {
      step.run();
      execute("RELEASE SAVEPOINT entry");
    } catch (SQLException e) {
      var failure = Sessions.failure(e);
      if (failure.reason() == Reason.HOST_UNREACHABLE) {
        throw e;
      }
      execute("ROLLBACK TO SAVEPOINT entry");
      becomeItself();
      errors++;
      accepted.get().accept("%s: %s".formatted(current, failure.getMessage()));
    }
  }

  private void begin(ArchiveEntry entry) throws TaskFailedException {
    cancellation.check();
    current = SafeText.shorten(entry.shown(), MAX_NAME);
  }

  private void execute(String sql) throws SQLException {
    Sessions.execute(session, sql);
  }
}
