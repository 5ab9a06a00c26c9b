#!/bin/bash
# Makes the data folder if there is none, with the role and database of /init/*.sql, then becomes the server. Needs no
# writable place but /data and /tmp.
#   POSTGRES_PASSWORD   of the superuser postgres
#   SHOP_PASSWORD       of the role shop, which owns the database shop and is no superuser
# Further arguments go to the server.
set -euo pipefail

if [[ ! -s $PGDATA/complete ]]; then
  : "${POSTGRES_PASSWORD:?}" "${SHOP_PASSWORD:?}"
  rm -rf "$PGDATA"
  initdb --encoding=UTF8 --locale=C.UTF-8 --username=postgres --pwfile=<(printf '%s' "$POSTGRES_PASSWORD") \
    --auth-host=scram-sha-256 --auth-local=trust >/dev/null
  echo 'host all all all scram-sha-256' >>"$PGDATA/pg_hba.conf"
  # Clients with sslmode=require are served, too.
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=postgres \
    -keyout "$PGDATA/server.key" -out "$PGDATA/server.crt" 2>/dev/null
  cat >>"$PGDATA/postgresql.conf" <<C
listen_addresses = '*'
unix_socket_directories = '/tmp'
ssl = on
shared_buffers = 64MB
jit = off
C
  # Nobody else can connect until all of it is there.
  pg_ctl --wait --silent --options="-c listen_addresses=''" start >/dev/null
  for file in /init/*.sql; do
    psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --set=shop_password="$SHOP_PASSWORD" --file="$file" postgres
  done
  pg_ctl --wait --silent --mode=fast stop
  echo yes >"$PGDATA/complete"
fi
exec postgres "$@"
