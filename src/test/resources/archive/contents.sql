CREATE SCHEMA "odd.schema";
CREATE TYPE public.colour AS ENUM ('red', 'green');
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TABLE "odd.schema"."a ""b""
c ä😀" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "x y" public.colour);
INSERT INTO "odd.schema"."a ""b""
c ä😀" ("x y") VALUES ('red'), ('green');
COMMENT ON TABLE "odd.schema"."a ""b""
c ä😀" IS 'it''s
odd';
CREATE TRIGGER "t r" BEFORE UPDATE ON "odd.schema"."a ""b""
c ä😀" FOR EACH ROW EXECUTE FUNCTION public.touch();
CREATE TABLE public.part (k int PRIMARY KEY) PARTITION BY LIST (k);
CREATE TABLE public.part1 PARTITION OF public.part FOR VALUES IN (1);
INSERT INTO public.part VALUES (1);
SELECT lo_from_bytea(42, '\x00ff');
