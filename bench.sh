#!/usr/bin/env bash
# Measures voiced beside `floor`, a plain server that only receives and sends, and writes docs/benchmarks.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh
# shellcheck source=tests/bench/measure.sh
. tests/bench/measure.sh

usage() {
  cat <<'END'
Usage: ./bench.sh [OPTION]...

  (none)            everything, median of 5 runs: half an hour to an hour
  --quick           fewer and shorter runs: about ten minutes, wider error bars
  --only LIST       only these parts, separated by commas: cost,tls,highest,scaling,listeners,rooms,latency,slow,
                    churn,idle; earlier results of the other parts are kept
  --normal-priority do not ask for real-time priority
  --sound           simulate what is heard over bad networks, with many loud talkers, and with echo (half a minute);
                    measure nothing else
  --week            simulate a stream for a week between two clocks that differ by 200 ppm (a minute); measure
                    nothing else
  --opus            compare participants that speak Opus, all of them or one, with libopus alone (half a minute);
                    measure nothing else
  --tls             compare an encrypted connection in memory with its records alone, without system calls (5 s);
                    measure nothing else
  --asserts         compare a tick with and without assertions, in instructions (valgrind); measure nothing else
  --report          measure nothing; write the document from the existing results
  --programs DIR    use voiced, floor, voicebench and benchreport in DIR; build nothing
  --results FILE    collect results there (build/release/bench/results.jsonl)
  --output DIR      write benchmarks.md there (docs)
  -h, --help        this text

The server is pinned to one core and the clients to another; nothing else should run meanwhile. Where permitted, both
run as real-time processes (SCHED_FIFO), so that other programs disturb them less; the document says so.
END
}

mode=full priority=fifo only=cost,tls,highest,scaling,listeners,rooms,latency,slow,churn,idle measure=yes
programs="" results=build/release/bench/results.jsonl output=docs
sound=no week=() asserts=no opus=no tls=no
while (($# > 0)); do
  case $1 in
    --quick) mode=quick ;;
    --normal-priority) priority=normal ;;
    --report) measure=no ;;
    --sound) sound=yes ;;
    --week) sound=yes week=(--week) ;;
    --asserts) asserts=yes ;;
    --opus) opus=yes ;;
    --tls) tls=yes ;;
    --only | --programs | --results | --output)
      (($# >= 2)) || die "$1 needs a value"
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    -h | --help)
      usage
      exit
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done

if [[ $sound == yes ]]; then
  if [[ -z $programs ]]; then
    setup build
    build release soundbench
    programs=build/release/bin
  fi
  exec "$programs/soundbench" "${week[@]}"
fi

if [[ $opus == yes ]]; then
  if [[ -z $programs ]]; then
    setup build
    build release opusbench
    programs=build/release/bin
  fi
  exec "$programs/opusbench"
fi

if [[ $tls == yes ]]; then
  if [[ -z $programs ]]; then
    setup build
    build release tlsbench
    programs=build/release/bin
  fi
  exec "$programs/tlsbench"
fi

# What the assertions of the core cost: the same program once more without them.
assert_cost() {
  local tree=build/without-asserts kind
  setup build test
  build release tick_instructions
  cmake --preset release -B "$tree" -DCMAKE_CXX_FLAGS=-DVOICE_WITHOUT_ASSERTS >/dev/null
  cmake --build "$tree" --parallel "$(jobs_max)" --target tick_instructions >&2
  for kind in release without-asserts; do
    tests/bench/tick_instructions.sh "build/$kind/bin/tick_instructions" "$tree/$kind.txt" --record >/dev/null
  done
  paste -d ' ' "$tree/release.txt" "$tree/without-asserts.txt" | awk '!/^#/ {
    printf "participants=%s talkers=%s limiter=%s arrivals=%s with=%d without=%d ratio=%.4f\n",
      $1, $2, $3, $4, $5, $10, $5 / $10 }'
}

if [[ $asserts == yes ]]; then
  assert_cost
  exit
fi

if [[ -z $programs ]]; then
  setup build
  build release voiced floor voicebench benchreport
  programs=build/release/bin
fi

# Runs of each case, seconds measured in each, and repeats and step of the search for the highest number of clients.
if [[ $mode == quick ]]; then
  runs=3 seconds=3 warmup=1 searches=1 step=100 trials=100 slow_seconds=15
else
  runs=5 seconds=6 warmup=2 searches=5 step=50 trials=100 slow_seconds=30
fi

# Each case: clients, talkers, rate.
cost() {
  local case run
  for ((run = 1; run <= runs; run++)); do
    for case in "100 100 8000" "1000 1000 8000" "1800 1800 8000" "100 3 8000" "1000 3 8000" "1800 3 8000" \
      "1000 1000 44100"; do
      # shellcheck disable=SC2086 # three words on purpose
      both cost "$run" $case
      # With this many talkers, voiced may read each of them only every third tick: compare a floor that does the same.
      case $case in
        "1000 1000 "* | "1800 1800 "*)
          # shellcheck disable=SC2086
          one floor-seldom cost "$run" $case
          ;;
      esac
    done
  done
}

# voiced with TLS, a floor with TLS, and voiced without. Then, while 500 clients talk, as many handshakes as the server
# can serve: 32 clients connect, receive the server's greeting and disconnect, again and again.
tls() {
  local case run server
  forget handshakes
  make_certificate || {
    say "warning: this voiced was built without TLS"
    return 0
  }
  for ((run = 1; run <= runs; run++)); do
    for case in "100 100 8000" "1000 1000 8000" "1000 3 8000"; do
      for server in floor-tls voiced-tls voiced; do
        # shellcheck disable=SC2086 # three words on purpose
        one "$server" tls "$run" $case
      done
    done
    one voiced-tls handshakes "$run" 500 500 8000 -- --joins-per-address-s 100000 --strangers-max 4096 \
      --strangers-per-address-max 4096 -- --handshakes 32
  done
}

highest() {
  local run talkers server seconds=5 warmup=1
  for ((run = 1; run <= searches; run++)); do
    for talkers in 0 3; do
      for server in floor voiced; do search_highest "$server" "$run" "$talkers"; done
    done
  done
}

# Up to the highest number of clients that this machine can serve, if that has been measured.
scaling() {
  local clients most
  most=$(sed -n 's/.*"highest","server":"voiced","run":"1","talkers":0,"clients":\([0-9]*\).*/\1/p' "$results")
  for clients in 10 30 100 300 1000 1800 ${most:+"$most"}; do both scaling 1 "$clients" "$clients" 8000; done
}

listeners() {
  local clients
  for clients in 10 100 1000 1800; do both listeners 1 "$clients" 1 8000; done
}

# The same talkers in one room, and in rooms of two.
rooms() {
  local run
  for ((run = 1; run <= runs; run++)); do
    one voiced rooms "$run" 2000 2000 8000
    one voiced rooms "$run" 2000 2000 8000 -- --rooms-on-demand-max 1000 -- --rooms 1000
  done
}

latency() {
  local clients run
  for clients in 10 1000; do
    for ((run = 1; run <= runs; run++)); do
      one voiced latency "$run" "$clients" 1 8000 -- --jitter-mode fixed --jitter-depth 2 \
        -- --latency --trials "$trials"
    done
  done
}

slow() {
  local seconds=$slow_seconds # longer than voiced tolerates a client that reads nothing
  counters_port=9499
  one voiced slow 1 1000 1000 8000 -- --stall-limit-s 10 --metrics-address "127.0.0.1:$counters_port" -- \
    --slow 100
  counters_port=""
}

churn() { one voiced churn 1 500 500 8000 -- -- --churn 50; }

idle() {
  local run
  for ((run = 1; run <= runs; run++)); do measure_start "$run"; done
}

if [[ $measure == yes ]]; then
  mkdir -p "$(dirname "$results")"
  prepare_machine
  for experiment in ${only//,/ }; do
    forget "$experiment"
    say "== $experiment"
    "$experiment"
  done
  describe_machine
fi
"$programs/benchreport" --results "$results" --output "$output"
say "written: $output/benchmarks.md"
