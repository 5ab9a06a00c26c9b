--
-- PostgreSQL database dump
--

-- Dumped from database version 14.20
-- Dumped by pg_dump version 14.20

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);

--
-- Name: brought; Type: TABLE; Schema: public; Owner: shop
--

CREATE TABLE public.brought (
    id integer
);

--
-- Data for Name: brought; Type: TABLE DATA; Schema: public; Owner: shop
--

COPY public.brought (id) FROM stdin;
1
2
\.


--
-- PostgreSQL database dump complete
--

