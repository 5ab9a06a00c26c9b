# shellcheck shell=bash
# The bench of the data path, a part of dev/bench. Everything runs in containers on this machine, in a network of its own:
# a PostgreSQL 17 with a database of the size asked for, an S3 server, and the runner of the product image, started as a
# Job would start it.

bench_name=pgcask-bench

bench_data_path() {
  local size=${1:-3072} rounds=${2:-3} round peak_rss bare=() s3=() volume=()
  "$root/dev/images" product s3 servers
  remove_bench
  trap 'stop_running_step; remove_bench' EXIT
  make_bench_secrets
  run "Start a PostgreSQL and an S3 server" start_bench_servers
  run "Fill a database of about $size MiB" fill_bench_database "$size"
  for ((round = 1; round <= rounds; round++)); do
    run "Round $round: pg_dump into /dev/null" time_bare
    bare+=("$(<"$bench_scratch/ms")")
    run "Round $round: a Backup to S3" time_runner "$round" s3
    s3+=("$(<"$bench_scratch/ms")")
    run "Round $round: a Backup to a volume" time_runner "$round" volume
    volume+=("$(<"$bench_scratch/ms")")
  done
  peak_rss=$(<"$bench_scratch/peak")
  say ""
  say "database_mib: $(bench_sql big 'SELECT pg_database_size(current_database()) / 1048576')"
  say "stored_mib: $(($(<"$bench_scratch/stored") / 1048576))"
  say "bare_s: $(seconds "$(median "${bare[@]}")")"
  say "s3_s: $(seconds "$(median "${s3[@]}")")"
  say "volume_s: $(seconds "$(median "${volume[@]}")")"
  say "single_stream_ratio: $(ratio "$(median "${s3[@]}")" "$(median "${bare[@]}")")"
  say "volume_ratio: $(ratio "$(median "${volume[@]}")" "$(median "${bare[@]}")")"
  say "runner_peak_rss_mib: $((peak_rss / 1024))"
}

remove_bench() {
  docker ps -aq --filter "label=$bench_name" | xargs -r docker rm -fv >/dev/null
  docker network rm "$bench_name" >/dev/null 2>&1 || true
  [[ -z ${bench_scratch:-} ]] || rm -rf "$bench_scratch"
}

# What a Job would mount, and the password file of psql and pg_dump.
make_bench_secrets() {
  bench_scratch=$(mktemp -d)
  chmod 755 "$bench_scratch"
  mkdir "$bench_scratch/connection" "$bench_scratch/storage"
  printf 'secret' >"$bench_scratch/connection/password"
  printf 'root' >"$bench_scratch/storage/accessKeyId"
  printf 'rootsecret' >"$bench_scratch/storage/secretAccessKey"
  printf '*:*:*:*:secret\n' >"$bench_scratch/pass"
  chmod 600 "$bench_scratch/pass"
}

start_bench_servers() {
  docker network create "$bench_name"
  docker run -d --network "$bench_name" --network-alias pg --label "$bench_name" --name "$bench_name-pg" \
    -e POSTGRES_PASSWORD=secret pgcask-dev-servers 17 -c shared_buffers=512MB -c max_wal_size=4GB
  docker run -d --network "$bench_name" --network-alias s3 --label "$bench_name" --name "$bench_name-s3" \
    -e ROOT_ACCESS_KEY=root -e ROOT_SECRET_KEY=rootsecret pgcask-dev-s3
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    ! bench_sql postgres 'SELECT 1' >/dev/null 2>&1 || return 0
    sleep 0.1
  done
  die "the PostgreSQL server does not answer"
}

# bench_sql DATABASE STATEMENT: what it answers, without decoration.
bench_sql() {
  docker run --rm --network "$bench_name" --label "$bench_name" -e PGPASSFILE=/tmp/pass -v "$bench_scratch/pass:/tmp/pass:ro" \
    --user 0 --entrypoint /usr/lib/postgresql/17/bin/psql pgcask:dev \
    -XAtq -v ON_ERROR_STOP=1 "host=pg user=postgres dbname=$1" -c "$2"
}

# Rows of words and numbers, as applications have them: zstd makes about a third of it.
fill_bench_database() {
  local size=$1 rows
  rows=$((size * 1024 * 1024 / 1150))
  bench_sql postgres 'CREATE DATABASE big'
  bench_sql big 'CREATE TABLE event (id bigint, at timestamptz, kind text, payload text)'
  bench_sql big "INSERT INTO event SELECT n, now() - n * interval '1 second', 'kind ' || n % 17,
      (SELECT string_agg(CASE WHEN m % 3 = 0 THEN md5((n * 31 + m)::text) ELSE 'customer order ' || (n * m) % 9973 END, ' ')
       FROM generate_series(1, 45) m WHERE n = n)
    FROM generate_series(1, $rows) n"
  bench_sql big 'CHECKPOINT'
}

time_bare() {
  local from to
  now_ms from
  docker run --rm --network "$bench_name" --label "$bench_name" -e PGPASSFILE=/tmp/pass -v "$bench_scratch/pass:/tmp/pass:ro" \
    --user 0 --entrypoint /bin/sh pgcask:dev -c \
    'exec /usr/lib/postgresql/17/bin/pg_dump -Fc -Z zstd:1 -d "host=pg user=postgres dbname=big" >/dev/null'
  now_ms to
  echo $((to - from)) >"$bench_scratch/ms"
}

# time_runner ROUND s3|volume: the time from the container's start until the manifest is written, which is when the runner
# says that it verifies; and the peak of its resident memory.
time_runner() {
  local round=$1 kind=$2 storage started manifest
  case $kind in
    s3) storage='{"s3":{"bucket":"backups","endpoint":"http://s3:9000","forcePathStyle":true,"credentialsSecretRef":{"name":"s3"}}}' ;;
    volume) storage='{"persistentVolumeClaim":{"claimName":"claim"}}' ;;
  esac
  rm -rf "$bench_scratch/volume"
  run_task "{\"task\":\"backup\",\"uid\":\"bench-$round-$kind\",
    \"namespace\":\"bench\",\"name\":\"b\",\"connectionName\":\"c\",\"attempt\":1,\"path\":\"bench/c/b-$round-$kind\",
    \"server\":{\"host\":\"pg\",\"port\":5432,\"database\":\"big\",\"user\":\"postgres\",\"tlsMode\":\"disable\",\"connectTimeoutSeconds\":10},
    \"spec\":{\"compression\":{\"method\":\"zstd\",\"level\":1}},\"storage\":$storage,\"stallTimeoutSeconds\":600}"
  started=$(docker inspect -f '{{.State.StartedAt}}' "$bench_runner")
  manifest=$(docker logs -t "$bench_runner" 2>/dev/null | sed -n 's/^\([^ ]*\) {"report":"verifying"}.*/\1/p')
  echo $(($(date -d "$manifest" +%s%3N) - $(date -d "$started" +%s%3N))) >"$bench_scratch/ms"
  sed -n 's/.*"sizeBytes":\([0-9]*\).*/\1/p' "$bench_scratch/message" >"$bench_scratch/stored"
  docker rm -f "$bench_runner" >/dev/null
  docker exec -u 0 "$bench_name-s3" sh -c 'rm -rf /data/backups/*'
}

# run_task TASK: a runner as a Job would start it, to its end; its container in the variable bench_runner, which the caller
# removes, and the peak of its resident memory over all runs in the file `peak`.
run_task() {
  local pid peak known
  install -d -m 777 "$bench_scratch/volume" "$bench_scratch/disk"
  : >"$bench_scratch/message" && chmod 666 "$bench_scratch/message"
  bench_runner=$(docker run -d --network "$bench_name" --label "$bench_name" --read-only --cap-drop=ALL --user 10001:10001 \
    --memory 256m --tmpfs /tmp:exec,mode=1777,size=64m -v "$bench_scratch/connection:/var/run/pgcask/connection:ro" \
    -v "$bench_scratch/storage:/var/run/pgcask/storage:ro" -v "$bench_scratch/volume:/var/run/pgcask/volume" \
    -v "$bench_scratch/disk:/var/run/pgcask/scratch" -v "$bench_scratch/message:/dev/termination-log" \
    -e "JAVA_OPTS=${RUNNER_JAVA_OPTS:-}" -e "PGCASK_TASK=$1" pgcask:dev runner)
  pid=$(docker inspect -f '{{.State.Pid}}' "$bench_runner")
  while kill -0 "$pid" 2>/dev/null; do
    peak=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$pid/status" 2>/dev/null || true)
    known=$(cat "$bench_scratch/peak" 2>/dev/null || echo 0)
    ((${peak:-0} <= known)) || echo "$peak" >"$bench_scratch/peak"
    sleep 0.2
  done
  [[ $(docker wait "$bench_runner") == 0 ]] || {
    docker logs "$bench_runner" | tail -n 20
    return 1
  }
}

median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
seconds() { awk -v a="$1" 'BEGIN { printf "%.1f", a / 1000 }'; }
