#!/usr/bin/env bash
# What scraping costs a call: compares inter-arrival times at the receivers without the metrics endpoint and with a
# thousand scrapes a second, in turn. Exit 1 if the medians of p99 over all runs differ by more than 1 ms.
#
#   scrapes.sh [PAIRS]     PAIRS runs of each (5), with 10 and with 100 talkers
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh
# shellcheck source=tests/bench/measure.sh
. tests/bench/measure.sh

pairs=${1:-5}
[[ $pairs =~ ^[1-9][0-9]*$ ]] || die "usage: scrapes.sh [PAIRS]"
programs=${VOICE_BENCH_PROGRAMS:-}
if [[ -z $programs ]]; then
  setup build
  build release voiced voicebench scraper
  programs=build/release/bin
fi
# Variables that measure.sh reads.
# shellcheck disable=SC2034
priority=fifo seconds=10 warmup=2
results=build/release/bench/scrapes.jsonl
scrapes=build/release/bench/scrapes.log
metrics_port=9500
mkdir -p "${results%/*}"
: >"$results"
prepare_machine

# Scrapes for as long as a run takes, from when the endpoint listens.
scrape() {
  local tries
  for ((tries = 0; tries < 500; tries++)); do
    if (: >"/dev/tcp/127.0.0.1/$metrics_port") 2>/dev/null; then break; fi
    sleep 0.01
  done
  "$programs/scraper" --port "$metrics_port" --rate 1000 --seconds "$((warmup + seconds))" >"$scrapes"
}

# run off|on NUMBER CLIENTS
run() {
  local scraped=$1 number=$2 clients=$3 asked
  if [[ $scraped == off ]]; then
    one voiced scrapes-off "$number" "$clients" "$clients" 8000
    return
  fi
  ((++metrics_port))
  scrape &
  asked=$!
  one voiced scrapes-on "$number" "$clients" "$clients" 8000 -- --metrics-address "127.0.0.1:$metrics_port" --
  wait "$asked" || say "warning: the scraper was not served in full"
  say "  $(cat "$scrapes")"
}

# median EXPERIMENT CLIENTS KEY
median() {
  local line
  while read -r line; do field "$line" "$3"; done \
    < <(grep "\"experiment\":\"$1\"" "$results" | grep "\"clients\":$2,") |
    sort -g |
    awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'
}

for clients in 10 100; do
  for ((pair = 1; pair <= pairs; pair++)); do
    if ((pair % 2)); then
      run off "$pair" "$clients"
      run on "$pair" "$clients"
    else
      run on "$pair" "$clients"
      run off "$pair" "$clients"
    fi
  done
done

status=0
echo "| talkers | scrapes a second | gap p50 ms | gap p99 ms | gap max ms | voiced's CPU |"
echo "|--:|--:|--:|--:|--:|--:|"
for clients in 10 100; do
  for scraped in off on; do
    printf '| %d | %d |' "$clients" "$([[ $scraped == on ]] && echo 1000 || echo 0)"
    for key in gap_p50_ms gap_p99_ms gap_max_ms server_cpu; do
      printf ' %.3f |' "$(median "scrapes-$scraped" "$clients" "$key")"
    done
    echo
  done
  awk -v off="$(median scrapes-off "$clients" gap_p99_ms)" -v on="$(median scrapes-on "$clients" gap_p99_ms)" \
    'BEGIN { d = on - off; exit (d > 1 || d < -1) }' || {
    say "FAILED: with $clients talkers, p99 differs by more than 1 ms"
    status=1
  }
done
exit "$status"
