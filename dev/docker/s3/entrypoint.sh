#!/bin/bash
# Serves /data, whose folders are the buckets. Needs no other writable place.
#   ROOT_ACCESS_KEY, ROOT_SECRET_KEY   the credentials
#   BUCKETS                            made if they are not there; default: backups
# Further arguments go to `versitygw posix`.
set -euo pipefail
: "${ROOT_ACCESS_KEY:?}" "${ROOT_SECRET_KEY:?}"
for bucket in ${BUCKETS:-backups}; do mkdir -p "/data/$bucket"; done
exec versitygw --port :9000 posix "$@" /data
