-- A database with one of most things that hang together, for the selection of entries. The role reader must exist.
CREATE SCHEMA app;
CREATE SCHEMA other;
CREATE EXTENSION hstore;
CREATE TYPE app.colour AS ENUM ('red', 'green');
CREATE DOMAIN app.positive AS int CHECK (VALUE > 0);
CREATE TYPE app.pair AS (a int, b app.colour);
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION app.twice(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i * 2';
CREATE FUNCTION app.twice(i int, t text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i * 2';
CREATE FUNCTION app."odd(name"(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i * 2';
CREATE PROCEDURE app.proc(i int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE app.total(int) (sfunc = int4pl, stype = int);

CREATE TABLE app.customers (id serial PRIMARY KEY, name text, colour app.colour, extra hstore);
CREATE TABLE app.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer int REFERENCES app.customers (id),
  n app.positive DEFAULT app.twice(1),
  note text UNIQUE,
  CONSTRAINT big CHECK (n < 1000));
ALTER TABLE app.orders ADD CONSTRAINT late CHECK (n < 2000) NOT VALID;
CREATE INDEX orders_n ON app.orders (app.twice(n));
CREATE INDEX orders_customer ON app.orders (customer);
CREATE STATISTICS app.orders_stat ON customer, n FROM app.orders;
CREATE TRIGGER touch BEFORE UPDATE ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE POLICY many ON app.orders USING (n > 1);
ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY;
CREATE RULE keep AS ON DELETE TO app.orders DO ALSO NOTHING;
COMMENT ON TABLE app.orders IS 'c';
COMMENT ON COLUMN app.orders.n IS 'c';
COMMENT ON INDEX app.orders_n IS 'c';
COMMENT ON CONSTRAINT big ON app.orders IS 'c';
COMMENT ON CONSTRAINT orders_pkey ON app.orders IS 'c';
COMMENT ON TRIGGER touch ON app.orders IS 'c';
COMMENT ON POLICY many ON app.orders IS 'c';
COMMENT ON FUNCTION app.twice(int) IS 'c';
COMMENT ON SCHEMA app IS 'c';
GRANT SELECT ON app.orders TO reader;
GRANT UPDATE (note) ON app.orders TO reader;
GRANT USAGE ON SCHEMA app TO reader;
GRANT EXECUTE ON FUNCTION app.twice(int) TO reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO reader;

CREATE VIEW app.v AS SELECT o.id, c.name FROM app.orders o JOIN app.customers c ON c.id = o.customer;
CREATE MATERIALIZED VIEW app.m AS SELECT count(*) AS n FROM app.v;
CREATE UNIQUE INDEX m_n ON app.m (n);

CREATE TABLE app.part (k int, v text, PRIMARY KEY (k, v)) PARTITION BY LIST (k);
CREATE TABLE app.part1 PARTITION OF app.part FOR VALUES IN (1);
CREATE TABLE app.part2 PARTITION OF app.part FOR VALUES IN (2) PARTITION BY LIST (v);
CREATE TABLE other.part2a PARTITION OF app.part2 FOR VALUES IN ('a');
CREATE INDEX part_v ON app.part (v);
CREATE TRIGGER part_touch BEFORE UPDATE ON app.part FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER TABLE app.part1 DISABLE TRIGGER part_touch;

CREATE TABLE app.parent (a int);
CREATE TABLE app.child (b int) INHERITS (app.parent);
CREATE SEQUENCE app.free;
CREATE TABLE other.counted (i int DEFAULT nextval('app.free'), p app.pair, c app.customers);
CREATE TABLE other.sharing (i int DEFAULT nextval('app.customers_id_seq'));
CREATE TABLE other.tree (x int PRIMARY KEY, customer int REFERENCES app.customers, up int REFERENCES other.tree);

-- Their keys are the same in a list: "a b c".
CREATE TABLE "a" (x int CONSTRAINT "b c" UNIQUE);
CREATE TABLE "a b" (x int CONSTRAINT "c" UNIQUE);
ALTER TABLE "a" ADD CONSTRAINT "b d" FOREIGN KEY (x) REFERENCES "a b" (x);

CREATE TABLE circle (x int PRIMARY KEY);
CREATE VIEW circle_view AS SELECT x, 1 AS y FROM circle;
CREATE FUNCTION of_circle(circle_view) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE VIEW circle_view AS SELECT x, 1 AS y, of_circle(NULL) AS z FROM circle GROUP BY x;

CREATE VIEW entry AS SELECT 1 AS x, 'y' AS y;
ALTER VIEW entry ALTER COLUMN x SET DEFAULT app.twice(2);
CREATE FUNCTION add_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER adding INSTEAD OF INSERT ON entry FOR EACH ROW EXECUTE FUNCTION add_entry();
CREATE RULE removing AS ON DELETE TO entry DO INSTEAD INSERT INTO circle VALUES (OLD.x);
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE USER MAPPING FOR postgres SERVER files;
CREATE FOREIGN TABLE lines (line text) SERVER files OPTIONS (filename '/etc/debian_version');
CREATE TEXT SEARCH CONFIGURATION app.words (COPY = simple);
CREATE TABLE text (t text);
CREATE INDEX text_words ON text USING gin (to_tsvector('app.words', t));
CREATE OPERATOR app.=# (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq, COMMUTATOR = OPERATOR(app.=#));
CREATE FUNCTION app.cmp(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE OPERATOR CLASS app.odd_ops FOR TYPE int USING btree AS OPERATOR 3 app.=#, FUNCTION 1 app.cmp(int, int);
CREATE INDEX circle_odd ON circle (x app.odd_ops);
CREATE COLLATION app.plain (LOCALE = 'C');
CREATE TABLE sorted (t text COLLATE app.plain, u text GENERATED ALWAYS AS (t || 'x') STORED, EXCLUDE (t WITH =));
ALTER TABLE sorted ADD CONSTRAINT same UNIQUE (t);
ALTER TABLE sorted REPLICA IDENTITY FULL;
CREATE TABLE referring (t text REFERENCES sorted (t) ON DELETE CASCADE);
CREATE CONSTRAINT TRIGGER later AFTER INSERT ON referring FROM sorted DEFERRABLE FOR EACH ROW EXECUTE FUNCTION app.touch();
ALTER DOMAIN app.positive ADD CONSTRAINT below CHECK (VALUE < 5000) NOT VALID;
CREATE TABLE of_pair OF app.pair;
CREATE TYPE app.span AS RANGE (subtype = int);
CREATE TABLE spans (s app.span);
CREATE CAST (app.colour AS int) WITH INOUT;
CREATE FUNCTION guard() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER guarding ON ddl_command_end EXECUTE FUNCTION guard();
ALTER DEFAULT PRIVILEGES GRANT SELECT ON SEQUENCES TO reader;
CREATE TABLE app.measured (k int, v int) PARTITION BY RANGE (k);
CREATE TABLE app.measured1 PARTITION OF app.measured FOR VALUES FROM (0) TO (10);
ALTER TABLE app.measured ADD PRIMARY KEY (k);
CREATE TABLE app.points (k int REFERENCES app.measured (k));

CREATE EXTENSION btree_gist;
CREATE TABLE booked (room int, during int4range, EXCLUDE USING gist (room WITH =, during WITH &&));
CREATE TABLE booked_freely (during int4range, EXCLUDE USING gist (during WITH &&));
CREATE TABLE once (x int,
  CONSTRAINT once_twice EXCLUDE USING btree (app.twice(x) WITH =),
  CONSTRAINT once_odd EXCLUDE USING btree (x app.odd_ops WITH OPERATOR(app.=#)));

CREATE PUBLICATION news FOR TABLE app.orders;
SELECT lo_from_bytea(4242, '\x00ff10');
COMMENT ON LARGE OBJECT 4242 IS 'c';

INSERT INTO app.customers (name, colour, extra) VALUES ('x', 'red', 'a=>1'), ('y', 'green', NULL);
INSERT INTO app.orders (customer, n, note) VALUES (1, 5, 'a'), (2, 6, 'b'), (2, 7, 'c');
INSERT INTO app.part VALUES (1, 'x'), (1, 'y'), (2, 'a');
INSERT INTO app.parent VALUES (1);
INSERT INTO app.child VALUES (2, 3);
INSERT INTO other.counted (p) VALUES ((1, 'red')), (NULL);
INSERT INTO other.tree VALUES (1, 1, NULL), (2, 2, 1);
INSERT INTO "a b" VALUES (1), (2);
INSERT INTO "a" VALUES (1);
INSERT INTO circle VALUES (1);
INSERT INTO sorted VALUES ('b'), ('a');
INSERT INTO app.measured VALUES (1, 1);
INSERT INTO app.points VALUES (1);
REFRESH MATERIALIZED VIEW app.m;
ANALYZE;
