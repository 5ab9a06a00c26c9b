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
  say "bare_cpu_s: $(median_columns "$bench_scratch/cpu-bare" pg_dump postgres)"
  say "s3_cpu_s: $(median_columns "$bench_scratch/cpu-s3" runner pg_dump postgres s3)"
  say "volume_cpu_s: $(median_columns "$bench_scratch/cpu-volume" runner pg_dump postgres)"
}

# median_columns FILE NAME...: the median of each column, in seconds, behind its name.
median_columns() {
  local file=$1 column values
  shift
  for ((column = 1; column <= $#; column++)); do
    mapfile -t values < <(cut -d ' ' -f "$column" "$file")
    printf '%s %s  ' "${!column}" "$(seconds "$(median "${values[@]}")")"
  done
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
  local tries server
  for server in pg s3; do
    cpu_file "$(docker inspect -f '{{.State.Pid}}' "$bench_name-$server")"
  done >"$bench_scratch/cpu-files"
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

# cpu_file PID: where the system tells the processor time of all that runs in the container of a process.
cpu_file() {
  local group=/sys/fs/cgroup unified
  unified=$group$(sed -n 's/^0:://p' "/proc/$1/cgroup")/cpu.stat
  if [[ -f $unified ]]; then echo "$unified"; else
    echo "$group/cpuacct$(sed -n 's/^[0-9]*:[^:]*cpuacct[^:]*://p' "/proc/$1/cgroup")/cpuacct.usage"
  fi
}

# servers_cpu_ms: processor time of PostgreSQL and of the S3 server so far.
servers_cpu_ms() {
  local file first second
  while read -r file; do
    read -r first second <"$file"
    if [[ $first == usage_usec ]]; then echo -n "$((second / 1000)) "; else echo -n "$((first / 1000000)) "; fi
  done <"$bench_scratch/cpu-files"
  echo
}

# process_cpu_ms PID: processor time of a process and, apart, of its children that have ended; fails when it has gone. The
# system counts in hundredths of a second.
process_cpu_ms() {
  local stat
  read -r -a stat <"/proc/$1/stat" || return 1
  echo "$(((stat[13] + stat[14]) * 10)) $(((stat[15] + stat[16]) * 10))"
}

time_bare() {
  local from to before after pg_dump
  read -r -a before < <(servers_cpu_ms)
  now_ms from
  docker run --rm --network "$bench_name" --label "$bench_name" -e PGPASSFILE=/tmp/pass -v "$bench_scratch/pass:/tmp/pass:ro" \
    --user 0 --entrypoint /bin/sh pgcask:dev -c \
    '/usr/lib/postgresql/17/bin/pg_dump -Fc -Z zstd:1 -d "host=pg user=postgres dbname=big" >/dev/null && cat /proc/$$/stat' \
    >"$bench_scratch/bare"
  now_ms to
  read -r -a after < <(servers_cpu_ms)
  pg_dump=$(awk '{ print ($16 + $17) * 10 }' "$bench_scratch/bare")
  echo "$pg_dump $((after[0] - before[0]))" >>"$bench_scratch/cpu-bare"
  echo $((to - from)) >"$bench_scratch/ms"
}

# time_runner ROUND s3|volume: the time from the container's start until the manifest is written, which is when the runner
# says that it verifies; and the peak of its resident memory.
time_runner() {
  local round=$1 kind=$2 storage started manifest before
  case $kind in
    s3) storage='{"s3":{"bucket":"backups","endpoint":"http://s3:9000","forcePathStyle":true,"credentialsSecretRef":{"name":"s3"}}}' ;;
    volume) storage='{"persistentVolumeClaim":{"claimName":"claim"}}' ;;
  esac
  rm -rf "$bench_scratch/volume"
  before=$(servers_cpu_ms)
  run_task "{\"task\":\"backup\",\"uid\":\"bench-$round-$kind\",
    \"namespace\":\"bench\",\"name\":\"b\",\"connectionName\":\"c\",\"attempt\":1,\"path\":\"bench/c/b-$round-$kind\",
    \"server\":{\"host\":\"pg\",\"port\":5432,\"database\":\"big\",\"user\":\"postgres\",\"tlsMode\":\"disable\",\"connectTimeoutSeconds\":10},
    \"spec\":{\"compression\":{\"method\":\"zstd\",\"level\":1}},\"storage\":$storage,\"stallTimeoutSeconds\":600}"
  started=$(docker inspect -f '{{.State.StartedAt}}' "$bench_runner")
  manifest=$(docker logs -t "$bench_runner" 2>/dev/null | sed -n 's/^\([^ ]*\) {"report":"verifying"}.*/\1/p')
  echo $(($(date -d "$manifest" +%s%3N) - $(date -d "$started" +%s%3N))) >"$bench_scratch/ms"
  # the first that was taken after the manifest
  awk -v at="$(date -d "$manifest" +%s%3N)" -v before="$before" 'BEGIN { split(before, b, " ") }
    { line = $2 " " $3 " " $4 - b[1] " " $5 - b[2] } $1 >= at { exit } END { print line }' "$bench_scratch/cpu" >>"$bench_scratch/cpu-$kind"
  sed -n 's/.*"sizeBytes":\([0-9]*\).*/\1/p' "$bench_scratch/message" >"$bench_scratch/stored"
  docker rm -f "$bench_runner" >/dev/null
  docker exec -u 0 "$bench_name-s3" sh -c 'rm -rf /data/backups/*'
}

# run_task TASK: a runner as a Job would start it, to its end; its container in the variable bench_runner, which the caller
# removes, and the peak of its resident memory over all runs in the file `peak`. The file `cpu` has what was used when, five times
# a second, all in milliseconds: the time, the runner, its tools that have ended, PostgreSQL, the S3 server.
run_task() {
  local pid peak known now used
  install -d -m 777 "$bench_scratch/volume" "$bench_scratch/disk"
  : >"$bench_scratch/message" && chmod 666 "$bench_scratch/message"
  bench_runner=$(docker run -d --network "$bench_name" --label "$bench_name" --read-only --cap-drop=ALL --user 10001:10001 \
    --memory 256m --tmpfs /tmp:exec,mode=1777,size=64m -v "$bench_scratch/connection:/var/run/pgcask/connection:ro" \
    -v "$bench_scratch/storage:/var/run/pgcask/storage:ro" -v "$bench_scratch/volume:/var/run/pgcask/volume" \
    -v "$bench_scratch/disk:/var/run/pgcask/scratch" -v "$bench_scratch/message:/dev/termination-log" \
    -e "JAVA_OPTS=${RUNNER_JAVA_OPTS:-}" -e "PGCASK_TASK=$1" pgcask:dev runner)
  pid=$(docker inspect -f '{{.State.Pid}}' "$bench_runner")
  : >"$bench_scratch/cpu"
  while kill -0 "$pid" 2>/dev/null; do
    now_ms now
    ! used=$(process_cpu_ms "$pid" 2>/dev/null) || echo "$now $used $(servers_cpu_ms)" >>"$bench_scratch/cpu"
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
