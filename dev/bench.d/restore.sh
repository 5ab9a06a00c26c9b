# shellcheck shell=bash
# The bench of a restore, a part of dev/bench, beside that of the data path, whose servers and runner it uses: a database of
# several tables with indexes is backed up to a volume once in each format, and restored from there again and again.

bench_tables=8

bench_restore() {
  local size=${1:-1024} rounds=${2:-3} round bare=() custom_1=() custom_4=() directory_4=() peak_rss
  "$root/dev/images" product s3 servers
  remove_bench
  trap 'stop_running_step; remove_bench' EXIT
  make_bench_secrets
  run "Start a PostgreSQL and an S3 server" start_bench_servers
  run "Fill $bench_tables tables of together about $size MiB" fill_bench_tables "$size"
  run "Back up in format Custom" back_up_to_volume Custom
  run "Back up in format Directory" back_up_to_volume Directory
  rm -f "$bench_scratch/peak" # of the restores alone
  for ((round = 1; round <= rounds; round++)); do
    run "Round $round: pg_restore" time_bare_restore
    bare+=("$(<"$bench_scratch/ms")")
    run "Round $round: a Restore with 1 job" time_restore Custom 1
    custom_1+=("$(<"$bench_scratch/ms")")
    run "Round $round: a Restore with 4 jobs" time_restore Custom 4
    custom_4+=("$(<"$bench_scratch/ms")")
    run "Round $round: a Restore with 4 jobs from format Directory" time_restore Directory 4
    directory_4+=("$(<"$bench_scratch/ms")")
  done
  peak_rss=$(<"$bench_scratch/peak")
  say ""
  say "database_mib: $(bench_sql big 'SELECT pg_database_size(current_database()) / 1048576')"
  say "stored_mib: $(($(du -sb "$bench_scratch/volume/bench/Custom" | cut -f 1) / 1048576))"
  say "bare_s: $(seconds "$(median "${bare[@]}")")"
  say "jobs_1_s: $(seconds "$(median "${custom_1[@]}")")"
  say "jobs_4_s: $(seconds "$(median "${custom_4[@]}")")"
  say "jobs_4_directory_s: $(seconds "$(median "${directory_4[@]}")")"
  say "restore_ratio: $(ratio "$(median "${custom_1[@]}")" "$(median "${bare[@]}")")"
  say "restore_jobs_4_ratio: $(ratio "$(median "${custom_4[@]}")" "$(median "${custom_1[@]}")")"
  say "restore_jobs_4_directory_ratio: $(ratio "$(median "${directory_4[@]}")" "$(median "${custom_1[@]}")")"
  say "runner_peak_rss_mib: $((peak_rss / 1024))"
}

# The rows of the bench of the data path, with a key and an index over text.
fill_bench_tables() {
  local size=$1 rows table
  rows=$((size * 1024 * 1024 / 1150 / bench_tables))
  bench_sql postgres 'CREATE DATABASE big'
  for ((table = 1; table <= bench_tables; table++)); do
    bench_sql big "CREATE TABLE event_$table AS SELECT n::bigint AS id, now() - n * interval '1 second' AS at, 'kind ' || n % 17 AS kind,
        (SELECT string_agg(CASE WHEN m % 3 = 0 THEN md5((n * 31 + m)::text) ELSE 'customer order ' || (n * m) % 9973 END, ' ')
         FROM generate_series(1, 45) m WHERE n = n) AS payload
      FROM generate_series(1, $rows) n"
    bench_sql big "ALTER TABLE event_$table ADD PRIMARY KEY (id)"
    bench_sql big "CREATE INDEX ON event_$table (kind, md5(payload))"
  done
  bench_sql big 'CHECKPOINT'
}

bench_server() {
  echo "{\"host\":\"pg\",\"port\":5432,\"database\":\"$1\",\"user\":\"postgres\",\"tlsMode\":\"disable\",\"connectTimeoutSeconds\":10}"
}

back_up_to_volume() {
  run_task "{\"task\":\"backup\",\"uid\":\"bench-$1\",\"namespace\":\"bench\",\"name\":\"b\",\"connectionName\":\"c\",\"attempt\":1,
    \"path\":\"bench/$1\",\"server\":$(bench_server big),\"spec\":{\"format\":\"$1\",\"compression\":{\"method\":\"zstd\",\"level\":1}},
    \"storage\":{\"persistentVolumeClaim\":{\"claimName\":\"claim\"}},\"stallTimeoutSeconds\":600}"
  docker rm -f "$bench_runner" >/dev/null
}

time_bare_restore() {
  local from to dump
  bench_sql postgres 'DROP DATABASE IF EXISTS copy'
  bench_sql postgres 'CREATE DATABASE copy TEMPLATE template0'
  bench_sql postgres 'CHECKPOINT'
  dump=$(cd "$bench_scratch/volume" && find bench/Custom -name '*.dump')
  now_ms from
  docker run --rm --network "$bench_name" --label "$bench_name" -e PGPASSFILE=/tmp/pass -v "$bench_scratch/pass:/tmp/pass:ro" \
    -v "$bench_scratch/volume:/volume:ro" --user 0 --entrypoint /usr/lib/postgresql/17/bin/pg_restore pgcask:dev \
    -d "host=pg user=postgres dbname=copy" "/volume/$dump"
  now_ms to
  echo $((to - from)) >"$bench_scratch/ms"
}

# time_restore Custom|Directory JOBS: from the container's start to its end.
time_restore() {
  local started finished
  bench_sql postgres 'DROP DATABASE IF EXISTS copy'
  bench_sql postgres 'CHECKPOINT'
  run_task "{\"task\":\"restore\",\"uid\":\"bench\",\"namespace\":\"bench\",\"name\":\"r\",\"server\":$(bench_server copy),
    \"mode\":\"CreateNew\",\"storage\":{\"persistentVolumeClaim\":{\"claimName\":\"claim\"}},\"path\":\"bench/$1\",
    \"stallTimeoutSeconds\":600,\"choice\":{\"jobs\":$2}}"
  started=$(docker inspect -f '{{.State.StartedAt}}' "$bench_runner")
  finished=$(docker inspect -f '{{.State.FinishedAt}}' "$bench_runner")
  echo $(($(date -d "$finished" +%s%3N) - $(date -d "$started" +%s%3N))) >"$bench_scratch/ms"
  docker rm -f "$bench_runner" >/dev/null
}
