package io.pgcask.runner;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A line for everything in a database, for comparing two of them. */
final class DatabaseObjects {
  private static final String USERS =
      " NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT EXISTS (SELECT FROM pg_depend e"
          + " WHERE e.objid = o.oid AND e.deptype = 'e')";

  private static final List<String> QUERIES =
      List.of(
          "SELECT 'schema ' || nspname || coalesce(' ' || nspacl::text, '') FROM pg_namespace"
              + " WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'public')",
          "SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'",
          "SELECT 'type ' || nspname || '.' || typname FROM pg_type o JOIN pg_namespace n"
              + " ON n.oid = typnamespace WHERE typtype IN ('e', 'd') AND nspname"
              + USERS,
          "SELECT 'function ' || nspname || '.' || proname || '(' || oidvectortypes(proargtypes) || ')'"
              + " || coalesce(' ' || proacl::text, '') FROM pg_proc o JOIN pg_namespace n"
              + " ON n.oid = pronamespace WHERE nspname"
              + USERS,
          "SELECT 'relation ' || nspname || '.' || relname || ' ' || relkind::text"
              + " || CASE WHEN relrowsecurity THEN ' rls' ELSE '' END || coalesce(' ' || relacl::text, '')"
              + " FROM pg_class o JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname"
              + USERS,
          "SELECT 'column ' || attrelid::regclass || '.' || attname || ' ' || atttypid::regtype"
              + " || attidentity::text || coalesce(' ' || attacl::text, '')"
              + " || coalesce(' ' || pg_get_expr(adbin, adrelid), '') FROM pg_attribute"
              + " JOIN pg_class o ON o.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace"
              + " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
              + " WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p') AND nspname"
              + USERS,
          "SELECT 'constraint ' || coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text)"
              + " || '.' || conname || ' ' || contype::text FROM pg_constraint o JOIN pg_namespace n"
              + " ON n.oid = connamespace WHERE contype NOT IN ('n', 't') AND nspname"
              + USERS,
          "SELECT 'trigger ' || tgrelid::regclass || '.' || tgname || ' ' || tgenabled::text"
              + " FROM pg_trigger WHERE NOT tgisinternal",
          "SELECT 'policy ' || polrelid::regclass || '.' || polname FROM pg_policy",
          "SELECT 'rule ' || ev_class::regclass || '.' || rulename FROM pg_rewrite o JOIN pg_class c"
              + " ON c.oid = ev_class JOIN pg_namespace n ON n.oid = relnamespace"
              + " WHERE rulename <> '_RETURN' AND nspname"
              + USERS,
          "SELECT 'statistics ' || stxrelid::regclass || '.' || stxname FROM pg_statistic_ext",
          "SELECT 'child ' || inhrelid::regclass || ' of ' || inhparent::regclass FROM pg_inherits",
          "SELECT 'owned ' || objid::regclass || ' by ' || refobjid::regclass FROM pg_depend"
              + " JOIN pg_class s ON s.oid = objid WHERE classid = 'pg_class'::regclass AND relkind = 'S'"
              + " AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i')",
          "SELECT 'sequence ' || schemaname || '.' || sequencename || ' '"
              + " || coalesce(last_value::text, '-') FROM pg_sequences",
          "SELECT 'comment ' || type || ' ' || identity FROM pg_description,"
              + " pg_identify_object(classoid, objoid, objsubid) WHERE objoid >= 16384"
              + " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = objoid AND deptype = 'e')"
              + " AND classoid NOT IN ('pg_extension'::regclass, 'pg_largeobject'::regclass)",
          "SELECT 'defaults ' || defaclnamespace::regnamespace || ' ' || defaclacl::text FROM pg_default_acl",
          "SELECT 'published ' || pubname || ' ' || schemaname || '.' || tablename"
              + " FROM pg_publication_tables",
          "SELECT 'object ' || oid || ' ' || md5(lo_get(oid)) FROM pg_largeobject_metadata");

  private DatabaseObjects() {}

  /** The lines; names are in their schemas, and so are those of the rows. */
  static TreeSet<String> of(Connection session) throws SQLException {
    strings(session, "SELECT set_config('search_path', '', false)");
    var objects = new TreeSet<String>();
    for (var query : QUERIES) {
      objects.addAll(strings(session, query));
    }
    for (var table :
        strings(
            session,
            "SELECT format('%I.%I', nspname, relname) FROM pg_class o JOIN pg_namespace n"
                + " ON n.oid = relnamespace WHERE relkind IN ('r', 'm') AND relispopulated"
                + " AND nspname"
                + USERS)) {
      objects.addAll(
          strings(
              session,
              "SELECT 'rows "
                  + table.replace("'", "''")
                  + " ' || count(*) || ' ' || coalesce(md5(string_agg(x::text, '' ORDER BY x::text)), '')"
                  + " FROM "
                  + table
                  + " x"));
    }
    return objects;
  }

  private static List<String> strings(Connection session, String query) throws SQLException {
    try (var statement = session.createStatement();
        var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }
}
