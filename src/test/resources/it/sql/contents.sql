-- One row per object of a database: what it is called, and a digest of what it holds or how it is defined.
WITH relation AS (
  SELECT c.oid, c.relkind, n.nspname, c.relname, format('%I.%I', n.nspname, c.relname) AS name, pg_get_userbyid(c.relowner) AS owner
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
)
SELECT 'rows of ' || name,
       (xpath('/row/r/text()', query_to_xml(format(
         $$SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS r FROM %s t$$, name),
         false, true, '')))[1]::text
FROM relation WHERE relkind IN ('r', 'p', 'm')
UNION ALL
SELECT 'sequence ' || name,
       (xpath('/row/r/text()', query_to_xml(format($$SELECT last_value || ' ' || is_called AS r FROM %s$$, name), false, true, '')))[1]::text
FROM relation WHERE relkind = 'S'
UNION ALL
SELECT 'owner of ' || name, owner FROM relation
UNION ALL
SELECT 'comment of ' || name, obj_description(oid, 'pg_class') FROM relation WHERE obj_description(oid, 'pg_class') IS NOT NULL
UNION ALL
SELECT 'column ' || name || '.' || a.attname,
       concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid))
FROM relation JOIN pg_attribute a ON a.attrelid = relation.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT 'view ' || name, pg_get_viewdef(oid) FROM relation WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'index ' || name, pg_get_indexdef(oid) FROM relation WHERE relkind IN ('i', 'I')
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid IN (SELECT oid FROM relation)
UNION ALL
SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid IN (SELECT oid FROM relation)
UNION ALL
SELECT 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND p.prokind = 'f'
UNION ALL
SELECT 'enum ' || enumtypid::regtype, string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum GROUP BY enumtypid
UNION ALL
SELECT 'large object ' || oid, md5(lo_get(oid)) FROM pg_largeobject_metadata
