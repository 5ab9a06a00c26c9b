#!/bin/bash
# Serves /data. Buckets are made by the tests. Needs no other writable place.
#   ROOT_ACCESS_KEY, ROOT_SECRET_KEY   the credentials; the second of at least eight characters
# Further arguments go to `minio server`.
set -euo pipefail
export MINIO_ROOT_USER=${ROOT_ACCESS_KEY:?} MINIO_ROOT_PASSWORD=${ROOT_SECRET_KEY:?}
# Asks nobody for updates, and has a key for encryption at rest: a well-known one, since nothing of value lies here.
export MINIO_UPDATE=off MINIO_BROWSER=off MINIO_CI_CD=1
export MINIO_KMS_SECRET_KEY=pgcask:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=
exec minio server --quiet --address :9000 "$@" /data
