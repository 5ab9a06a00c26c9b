#!/bin/bash
# entrypoint.sh MAJOR [OPTION...]: a new PostgreSQL server of that major on port 5432, with the superuser postgres.
#   POSTGRES_PASSWORD   its password
#   INITDB_ARGS         further arguments of initdb, e.g. --locale-provider=icu --icu-locale=en
# Further options go to the server, e.g. -c ssl=off. The log's line "database system is ready to accept connections" appears
# once. Needs no writable place but /data and /tmp.
set -euo pipefail
major=${1:?which major?}
shift
home=/opt/postgresql/$major
if [[ ! -x $home/bin/postgres ]]; then
  echo "no PostgreSQL $major here; there are: $(cd /opt/postgresql && echo *)" >&2
  exit 64
fi
: "${POSTGRES_PASSWORD:?}"
data=/data/$major

if [[ ! -s $data/complete ]]; then
  rm -rf "$data"
  # shellcheck disable=SC2086 # INITDB_ARGS is a list of words
  "$home/bin/initdb" --pgdata="$data" --encoding=UTF8 --locale=C.UTF-8 --username=postgres \
    --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --no-sync --auth-host=scram-sha-256 --auth-local=trust ${INITDB_ARGS:-} >/dev/null
  echo 'host all all all scram-sha-256' >>"$data/pg_hba.conf"
  openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj /CN=localhost \
    -keyout "$data/server.key" -out "$data/server.crt" 2>/dev/null
  # No fsync: nothing here outlives its test.
  cat >>"$data/postgresql.conf" <<C
listen_addresses = '*'
unix_socket_directories = '/tmp'
password_encryption = 'scram-sha-256'
ssl = on
fsync = off
C
  echo yes >"$data/complete"
fi
exec "$home/bin/postgres" -D "$data" "$@"
