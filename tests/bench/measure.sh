# shellcheck shell=bash
# How bench.sh measures: one server on one core, the clients on another, one JSON line per run. Sourced by bench.sh.
# In: $programs, $results, $mode, $priority, $seconds, $warmup, $step. Out: lines appended to $results.
# shellcheck disable=SC2154 # bench.sh sets these

server_pid=""
pin_server=() pin_clients=()
port=7400
# The port of voiced's metrics endpoint; empty: none.
counters_port=""
# PEM files for the servers with TLS, made on first use.
certificate="" certificate_key=""

prepare_machine() {
  local wanted=12000
  if ! ulimit -n "$(ulimit -Hn)" || (($(ulimit -n) < wanted)); then
    say "warning: only $(ulimit -n) open files are allowed (ulimit -n); runs with more clients will fail"
  fi
  if command -v taskset >/dev/null && (($(nproc) >= 2)); then
    pin_server=(taskset -c 0)
    pin_clients=(taskset -c 1)
  else
    say "warning: no taskset or a single core: server and clients disturb each other"
  fi
  # nice is not enough: schedulers with automatic groups weigh whole sessions, so a compiler in another session delays
  # ticks by 5 ms and more. Even so, other programs compete for the caches, and get 5 % of a core that is fully used.
  if [[ $priority != normal ]] && command -v chrt >/dev/null && chrt -f 5 true 2>/dev/null; then
    priority="SCHED_FIFO 5"
    pin_server+=(chrt -f 5)
    pin_clients+=(chrt -f 5)
  else
    priority=normal
  fi
  trap stop_server EXIT
}

# The version in the first line that a program prints; empty if there is none.
first_line() { "$@" 2>/dev/null | head -1 || true; }

describe_machine() {
  local cpu congestion
  cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -1)
  congestion=$(cat /proc/sys/net/ipv4/tcp_congestion_control 2>/dev/null || true)
  forget machine
  printf '{"experiment":"machine","cpu":"%s","cores":%d,"memory_gib":"%s","kernel":"%s","virtual":"%s",' \
    "$cpu" "$(nproc)" "$(awk '/^MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo)" \
    "$(uname -sr)" "$(grep -qw hypervisor /proc/cpuinfo && echo yes || echo no)" >>"$results"
  printf '"congestion":"%s","compiler":"%s","priority":"%s","mode":"%s","date":"%s","log":"info","voiced":"%s"}\n' \
    "$congestion" "$(first_line c++ --version)" "$priority" "$mode" "$(date -u +%F)" \
    "$(first_line "$programs/voiced" --version)" >>"$results"
}

# forget EXPERIMENT: removes its lines from the results.
forget() {
  touch "$results"
  grep -v "\"experiment\":\"$1\"" "$results" >"$results.kept" || true
  mv "$results.kept" "$results"
}

# make_certificate: a certificate and its key for the servers with TLS.
make_certificate() {
  [[ -z $certificate ]] || return 0
  certificate=$results.certificate.pem certificate_key=$results.key.pem
  rm -f "$certificate" "$certificate_key"
  "$programs/voiced" --config /dev/null --make-certificate localhost --certificate "$certificate" \
    --certificate-key "$certificate_key" >/dev/null
}

# start_server floor|floor-seldom|floor-tls|voiced|voiced-tls TALKERS RATE [ARGUMENT...]: sets server_pid, and returns
# when the server listens. voiced logs at its default level, into a file beside the results. floor-seldom receives only
# every third tick, as voiced may if there are many talkers.
start_server() {
  local server=$1 talkers=$2 rate=$3 tries
  shift 3
  local command=("$programs/${server%-*}" --port "$port" --sample-rate "$rate" "$@")
  [[ $server != *-tls ]] || {
    make_certificate
    command+=(--certificate "$certificate" --certificate-key "$certificate_key")
  }
  case $server in
    floor*) command+=(--talkers "$talkers") ;;
    voiced*) command+=(--config /dev/null --participants-max 4096 --participants-per-address-max 0) ;;
  esac
  case $server in
    floor-seldom) command+=(--read-every 3) ;;
    voiced) command+=(--listen 127.0.0.1) ;;
    voiced-tls) command+=(--listen none --listen-tls "127.0.0.1:$port") ;;
  esac
  "${pin_server[@]}" "${command[@]}" >/dev/null 2>"$results.log" &
  server_pid=$!
  for ((tries = 0; tries < 500; tries++)); do
    listens && return
    kill -0 "$server_pid" 2>/dev/null || die "$server did not start: $(tail -1 "$results.log")"
    sleep 0.01
  done
  die "$server does not listen on port $port"
}

listens() { (: >"/dev/tcp/127.0.0.1/$port") 2>/dev/null; }

stop_server() {
  [[ -n $server_pid ]] || return 0
  kill -KILL "$server_pid" 2>/dev/null || true
  wait "$server_pid" 2>/dev/null || true
  server_pid=""
  # The next server gets another port: this one's connections are still closing.
  port=$((port < 7900 ? port + 1 : 7400))
}

# metric NAME: its value at voiced's metrics endpoint; 0 if it is not there.
metric() {
  exec 3<>"/dev/tcp/127.0.0.1/$counters_port"
  printf 'GET /metrics HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n' >&3
  awk -v name="$1" '$1 == name { value = $2 } END { print value + 0 }' <&3
  exec 3>&-
}

# one SERVER EXPERIMENT RUN CLIENTS TALKERS RATE [-- SERVER_ARGUMENT... -- CLIENTS_ARGUMENT...]
one() {
  local server=$1 experiment=$2 run=$3 clients=$4 talkers=$5 rate=$6
  shift 6
  local server_arguments=() clients_arguments=() line
  if [[ ${1:-} == -- ]]; then
    shift
    while [[ $1 != -- ]]; do
      server_arguments+=("$1")
      shift
    done
    shift
  fi
  start_server "$server" "$talkers" "$rate" "${server_arguments[@]}"
  [[ $server != *-tls ]] || clients_arguments=(--tls "$certificate")
  sleep 0.1 # let the server finish with the connection that tested whether it listens
  line=$("${pin_clients[@]}" "$programs/voicebench" --port "$port" --server-pid "$server_pid" \
    --clients "$clients" --talkers "$talkers" --warmup "$warmup" --seconds "$seconds" \
    --tag "experiment=$experiment" --tag "server=$server" --tag "run=$run" \
    --tag "load=$(cut -d' ' -f1 /proc/loadavg)" "${clients_arguments[@]}" "$@") || line=""
  if [[ -n $line && -n $counters_port ]]; then
    line="${line%\}},\"outbox_dropped\":$(metric voiced_outbox_dropped_messages_total),"
    line+="\"closed_stalled\":$(metric 'voiced_closes_total{reason="stalled"}')}"
  fi
  stop_server
  if [[ -z $line ]]; then
    say "warning: $experiment $server clients=$clients talkers=$talkers failed"
    return 0
  fi
  last_line=$line
  echo "$line" >>"$results"
  show "$line"
}

# both EXPERIMENT RUN CLIENTS TALKERS RATE: floor and voiced, one after the other, in alternating order.
both() {
  if (($2 % 2)); then
    one floor "$@"
    one voiced "$@"
  else
    one voiced "$@"
    one floor "$@"
  fi
}

# field LINE KEY
field() { sed -n "s/.*\"$2\":\"\{0,1\}\([^,}\"]*\).*/\1/p" <<<"$1"; }

show() {
  say "$(field "$1" experiment) run $(field "$1" run) $(field "$1" server): $(field "$1" clients) clients," \
    "$(field "$1" talkers) talk, $(field "$1" server_us_per_client_tick) µs per client and tick, p99 gap" \
    "$(field "$1" gap_p99_ms) ms, load $(field "$1" load)"
}

# in_real_time SERVER RUN CLIENTS TALKERS: two attempts, because other processes may have disturbed the first.
in_real_time() {
  local server=$1 run=$2 clients=$3 talkers=$4 attempt
  for attempt in 1 2; do
    last_line=""
    one "$server" try "$run-$attempt" "$clients" "$((talkers == 0 ? clients : talkers))" 8000
    [[ $(field "$last_line" realtime) == true ]] && return 0
  done
  return 1
}

# The result of the previous search for each server and number of talkers, where the next one begins.
declare -A highest_before=()

# search_highest SERVER RUN TALKERS (0: all): a binary search for the highest number of clients.
search_highest() {
  # voiced admits at most 4096 (participants_max_limit), so no more are tried. A server that serves $most might
  # serve more.
  local -r most=4000 beyond=$((4000 + step))
  local server=$1 run=$2 talkers=$3 good=0 bad=$beyond middle limit=""
  local before=${highest_before[$1-$3]:-} stride
  middle=${before:-1600}
  stride=$((${#before} == 0 ? 400 : 2 * step))
  while ((bad - good > step)); do
    if in_real_time "$server" "$run" "$middle" "$talkers"; then
      good=$middle
    else
      bad=$middle
      # Shows whether the clients themselves were too slow; then the server might serve more.
      limit=$(field "$last_line" generator_cpu)
    fi
    if ((bad == beyond)); then
      middle=$((good + stride < most ? good + stride : most))
    elif ((good == 0 && bad > stride)); then
      middle=$((bad - stride))
    else
      middle=$((((good + bad) / 2) / step * step))
    fi
    ((middle > good)) || break
  done
  forget try
  highest_before[$server-$talkers]=$good
  printf '{"experiment":"highest","server":"%s","run":"%s","talkers":%d,"clients":%d,"most":%d,"generator_cpu":%s}\n' \
    "$server" "$run" "$talkers" "$good" "$most" "${limit:-0}" >>"$results"
  say "highest run $run $server: $good clients, talkers $((talkers)) (0: all)"
}

# The time from exec until the server accepts a connection, and its memory without clients.
measure_start() {
  local before after
  before=$(date +%s%N)
  "${pin_server[@]}" "$programs/voiced" --config /dev/null --listen 127.0.0.1 --port "$port" 2>"$results.log" &
  server_pid=$!
  until listens; do :; done
  after=$(date +%s%N)
  sleep 1
  printf '{"experiment":"idle","server":"voiced","run":"%s","start_ms":%d.%d,"rss_kib":%s}\n' "$1" \
    "$(((after - before) / 1000000))" "$(((after - before) / 100000 % 10))" \
    "$(awk '/^Rss:/ { print $2 }' "/proc/$server_pid/smaps_rollup")" >>"$results"
  stop_server
}
