# shellcheck shell=bash
# Functions that every command in dev/ shares. Sourcing it sets `root` and `cache` and starts the clock;
# all that the commands write lies under dev/.cache, apart from Debian packages and docker images.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=$root/dev/.cache
bin=$cache/bin
mkdir -p "$cache/logs" "$bin"
export PATH=$bin:$PATH DEBIAN_FRONTEND=noninteractive

kubernetes_version=1.34.2
k3s_image=rancher/k3s:v$kubernetes_version-k3s1
stand_in_image=pgcask-node:$kubernetes_version
# shellcheck disable=SC2034 # read by dev/up and dev/down
cluster_container=${PGCASK_CLUSTER:-pgcask-dev}

# --- talking -------------------------------------------------------------------------------------------

say() { printf '%s\n' "$*"; }
die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Prints the comment at the top of the calling script if any argument asks for help.
help_if_asked() {
  local argument
  for argument in "$@"; do
    case $argument in
      -h | --help)
        sed -n '2,/^[^#]/ s/^# \{0,1\}//p' "$0"
        exit 0
        ;;
    esac
  done
}

# Milliseconds since some fixed moment; no fork, since loops call it.
now_ms() { printf -v "$1" '%s' "$((${EPOCHREALTIME//[.,]/} / 1000))"; }

# Milliseconds as a person reads them: 0.4 s, 12.3 s, 4 min 05 s.
duration() {
  local ms=$1
  if ((ms < 100000)); then printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100)); else
    printf '%d min %02d s' $((ms / 60000)) $((ms / 1000 % 60))
  fi
}

script_started=0
now_ms script_started

# --- steps ---------------------------------------------------------------------------------------------

running_step=

# Ends what the current step started; used when the script itself is interrupted.
stop_running_step() {
  [[ -z $running_step ]] || kill -TERM -- "-$running_step" 2>/dev/null || true
}
trap 'stop_running_step; exit 130' INT
trap 'stop_running_step; exit 143' TERM

# run TITLE COMMAND [ARGUMENT...]: one step. Its output goes to a log; the screen shows the title, the log's newest line
# while it lasts (a terminal: at once; otherwise every 20 s), how long it took, and the log's end if it failed.
# Never call it as a condition (`if run`, `run ||`): bash would ignore `set -e` inside COMMAND; use try.
run() {
  local title=$1 log start now shown status=0 line
  shift
  log=$cache/logs/${title//[^A-Za-z0-9]/_}.log
  now_ms start
  shown=$start
  # A process group of its own, so that an interrupt can end the whole step.
  set -m
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null &
  running_step=$!
  set +m
  while kill -0 "$running_step" 2>/dev/null; do
    sleep 0.1
    now_ms now
    if [[ -t 1 ]]; then
      ((now - shown >= 500)) || continue
      line=$(tail -n 1 "$log" | tr -d '\r\033' | cut -c "1-$((${COLUMNS:-100} - ${#title} - 16))")
      printf '\r\033[K  ...  %s  %s  %s' "$title" "$(duration $((now - start)))" "$line"
      shown=$now
    elif ((now - shown >= 20000)); then
      line=$(tail -n 1 "$log" | tr -d '\r\033' | cut -c 1-100)
      printf '  ...  %s  %s  %s\n' "$title" "$(duration $((now - start)))" "$line"
      shown=$now
    fi
  done
  wait "$running_step" || status=$?
  running_step=
  now_ms now
  [[ ! -t 1 ]] || printf '\r\033[K'
  if ((status == 0)); then
    printf '  ok   %s  %s\n' "$title" "$(duration $((now - start)))"
  else
    printf '  FAILED  %s  after %s (exit %d). From %s:\n' \
      "$title" "$(duration $((now - start)))" "$status" "${log#"$root"/}"
    # Maven names the cause first and ends with advice.
    if grep -q '^\[ERROR\]' "$log"; then grep -m 30 '^\[ERROR\]' "$log"; else tail -n 40 "$log"; fi | cut -c 1-300 | sed 's/^/    /'
    return "$status"
  fi
}

# try TITLE COMMAND [ARGUMENT...]: as run, but a failure only adds to the variable failures.
failures=0
try() {
  local status
  set +e
  run "$@"
  status=$?
  set -e
  ((status == 0)) || failures=$((failures + 1))
}

# The last line of a script: what was done and how long all of it took.
finish() {
  local now
  now_ms now
  say "$* ($(duration $((now - script_started))))"
}

# --- what the machine must have ------------------------------------------------------------------------

# need COMMAND PACKAGE: installs the Debian package if the command is missing.
need() {
  command -v "$1" >/dev/null && return
  command -v apt-get >/dev/null || die "$1 is needed and this is no Debian system: install it and try again"
  run "Install Debian package $2" install_package "$2"
}

install_package() {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "$1"
}

# The Debian mirror that this machine itself uses.
debian_mirror() {
  local mirror
  mirror=$({ cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
    sed -nE 's/^URIs: *([^ ]+).*/\1/p; s/^deb +(\[[^]]*\] +)?([^ ]+\/debian\/?) .*/\2/p' | head -1)
  [[ -n $mirror ]] || die "no Debian mirror in /etc/apt: without an image registry, base images are made from Debian's packages"
  printf '%s' "$mirror"
}

# A JDK of 21 or newer in JAVA_HOME: the one that JAVA_HOME names, else the newest installed, else Debian's.
use_jdk() {
  local candidate newest=0 major found=
  if [[ -n ${JAVA_HOME:-} ]]; then
    major=$(jdk_major "$JAVA_HOME")
    ((major >= 21)) && return
    say "JAVA_HOME=$JAVA_HOME is no JDK of 21 or newer: looking for another"
  fi
  for candidate in /usr/lib/jvm/*; do
    [[ -L $candidate ]] && continue
    major=$(jdk_major "$candidate")
    if ((major >= 21 && major > newest)); then
      newest=$major
      found=$candidate
    fi
  done
  if [[ -z $found ]] && command -v apt-get >/dev/null; then
    run "Look for a JDK among the Debian packages" apt-get update -qq
    for major in 25 21; do
      [[ -n $(apt-cache policy "openjdk-$major-jdk-headless" 2>/dev/null | sed -n 's/^  Candidate: \([^(].*\)/\1/p') ]] || continue
      run "Install Debian package openjdk-$major-jdk-headless" install_package "openjdk-$major-jdk-headless"
      found=$(dirname "$(dirname "$(dpkg -L "openjdk-$major-jdk-headless" | grep '/bin/javac$')")")
      break
    done
  fi
  [[ -n $found ]] || die "no JDK of 21 or newer in JAVA_HOME or /usr/lib/jvm, and apt offers none: install one and set JAVA_HOME"
  export JAVA_HOME=$found
}

# The major version of the JDK in a folder, 0 if there is none.
jdk_major() {
  local version=
  [[ -x $1/bin/javac ]] && version=$("$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p')
  printf '%s' "${version:-0}"
}

# Maven with a JDK that can build the project.
use_maven() {
  use_jdk
  need mvn maven
  # A build is too short for the optimizing compiler: without it `mvn package` takes half the processor time.
  export MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}"
}

maven() { mvn -B -ntp -f "$root/pom.xml" "$@"; }

# --- docker --------------------------------------------------------------------------------------------

# Whether images can be pulled from the public registry: tried once a day with a small image and a time limit, since a
# closed network may swallow packets instead of refusing. PGCASK_REGISTRY=yes|no decides without trying.
registry_reachable() {
  case ${PGCASK_REGISTRY:-} in
    yes) return 0 ;;
    no) return 1 ;;
  esac
  local answer=$cache/registry-reachable
  if [[ -z $(find "$answer" -mmin -1440 2>/dev/null) ]]; then
    if timeout 20 docker pull -q rancher/mirrored-pause:3.6 >/dev/null 2>&1; then echo yes; else echo no; fi >"$answer"
    say "  ok   Image registry reachable: $(<"$answer")"
  fi
  [[ $(<"$answer") == yes ]]
}

image_id() { docker image inspect -f '{{.Id}}' "$1" 2>/dev/null || true; }

# The label that tells from which sources an image was made; empty if there is no such image.
image_source() { docker image inspect -f '{{index .Config.Labels "pgcask.source"}}' "$1" 2>/dev/null || true; }

# One hash over the names and contents of files and folders.
hash_of() { (cd "$root" && find "$@" -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16); }

# Containers of tests: labelled by them, ours by name, or made by Testcontainers from an image of ours. None while tests run.
test_containers() {
  if pgrep -f surefirebooter >/dev/null 2>&1; then
    echo "tests are running: their containers stay" >&2
    return
  fi
  docker ps -a --format '{{.ID}} {{.Names}} {{.Image}} {{.Label "org.testcontainers"}} {{.Labels}}' | awk -v k3s="$k3s_image" '
    /pgcask-it=/ || ($2 ~ /^pgcask-/ && $2 != "pgcask-dev" && !/pgcask\.cluster/) || ($4 == "true" && ($3 ~ /^pgcask[-:]/ || $3 == k3s)) {print $1}'
}

remove_test_containers() { test_containers | xargs -r docker rm -fv; }

# The node image that stands for a cluster, in the variable node_image: k3s where it can be pulled, else the stand-in.
choose_node_image() {
  # shellcheck disable=SC2034 # read by the scripts that source this file
  if registry_reachable; then node_image=$k3s_image; else node_image=$stand_in_image; fi
}

# The engine, the tools in dev/.cache/bin and the node image.
use_cluster_parts() {
  "$root/dev/cluster/engine"
  choose_node_image
  "$root/dev/cluster/build-node"
}

# The base of every image, in the variable base_image: Debian's own where it can be pulled, else the same made here.
use_base() {
  if registry_reachable; then
    base_image=debian:trixie-slim
    [[ -n $(image_id "$base_image") ]] || run "Pull $base_image" docker pull -q "$base_image"
  else
    base_image=pgcask-base:trixie
    if [[ -z $(image_id "$base_image") ]]; then
      need mmdebstrap mmdebstrap
      run "Make $base_image from Debian packages" make_base "$base_image"
    fi
  fi
}

make_base() {
  local mirror excluded options=()
  mirror=$(debian_mirror)
  # What Debian leaves out of its slim images, too.
  for excluded in doc man info lintian locale; do options+=(--dpkgopt="path-exclude=/usr/share/$excluded/*"); done
  # shellcheck disable=SC2016 # $1 is for the hook's own shell
  mmdebstrap --variant=minbase --include=ca-certificates "${options[@]}" --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/*.bin "$1"/var/log/*' \
    trixie "$cache/base.tar" "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main"
  # Not through a pipe: a half-made archive would be imported, too, and be taken for a base from then on.
  docker import --change 'CMD ["bash"]' "$cache/base.tar" "$1"
  rm "$cache/base.tar"
}

# What every `docker build` is given, one word a line: the base, this machine's own settings for apt (proxy, date checks)
# and its network, so that what the machine reaches the build reaches too.
image_build_arguments() {
  local settings
  settings=$(apt-config dump 2>/dev/null | sed -nE 's/^(Acquire::(Check-Date|Check-Valid-Until|https?::Proxy)) "(.*)";$/-o \1=\3/p' | tr '\n' ' ')
  printf '%s\n' --network host --build-arg "BASE=$base_image" --build-arg "APT_OPTIONS=$settings"
}
