-- A bit of everything that a dump of an ordinary application meets, made by a role that is no superuser.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy');
CREATE DOMAIN email AS text CHECK (VALUE ~ '@');

CREATE TABLE customer (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  address email UNIQUE,
  mood mood DEFAULT 'ok',
  born date,
  balance numeric(12, 2) NOT NULL DEFAULT 0,
  tags text[],
  profile jsonb,
  photo bytea,
  created timestamptz DEFAULT now()
);
COMMENT ON TABLE customer IS 'People; it''s a "comment" with \ and ; in it';
CREATE INDEX customer_name ON customer (lower(name)) WHERE balance > 0;

CREATE TABLE purchase (
  id serial PRIMARY KEY,
  customer_id bigint REFERENCES customer ON DELETE CASCADE,
  total double precision CHECK (total >= 0),
  paid boolean DEFAULT false
);

-- Names and values that break careless quoting.
CREATE SCHEMA "Zwei Wörter";
CREATE TABLE "Zwei Wörter"."Tab ""elle" ("Spalte; --" int PRIMARY KEY, "select" text);

CREATE TABLE measurement (taken date NOT NULL, value real) PARTITION BY RANGE (taken);
CREATE TABLE measurement_2024 PARTITION OF measurement FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE measurement_2025 PARTITION OF measurement FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

CREATE FUNCTION double_of(x int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT x * 2 $$;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.name := trim(NEW.name); RETURN NEW; END $$;
CREATE TRIGGER touch BEFORE INSERT OR UPDATE ON customer FOR EACH ROW EXECUTE FUNCTION touch();

INSERT INTO customer (name, address, mood, born, balance, tags, profile, photo)
  SELECT 'Name ' || n, 'n' || n || '@example.com', (enum_range(NULL::mood))[1 + n % 3], date '1970-01-01' + n, n / 7.0,
         ARRAY['a' || n, NULL, 'with, "both"'], jsonb_build_object('n', n, 'nested', jsonb_build_array(1, 'ü', NULL)),
         decode(md5(n::text), 'hex')
  FROM generate_series(1, 2000) n;
INSERT INTO customer (name, address) VALUES
  (E'tab\there\nand\\N a line', NULL), ('空の色は青い 🐘', 'unicode@example.com'), (repeat('long ', 20000), 'long@example.com');
INSERT INTO purchase (customer_id, total, paid) SELECT 1 + n % 2000, n * 1.1, n % 2 = 0 FROM generate_series(1, 5000) n;
INSERT INTO "Zwei Wörter"."Tab ""elle" VALUES (1, 'it''s'), (2, '\.'), (3, ''), (4, NULL);
INSERT INTO measurement SELECT date '2024-01-01' + n, n / 3.0 FROM generate_series(0, 700) n;
SELECT setval('purchase_id_seq', 777777);

CREATE VIEW debtor AS SELECT id, name FROM customer WHERE balance < 1;
CREATE MATERIALIZED VIEW turnover AS SELECT customer_id, sum(total) AS total FROM purchase GROUP BY customer_id;
SELECT lo_from_bytea(0, convert_to('a large object', 'UTF8'));
