#!/usr/bin/env bash
# tick_instructions.sh PROGRAM RECORD [--record]
#
# Counts the instructions of one Room::tick, including those that store the packets, under callgrind. Fails if a case
# takes over 5 % more than in RECORD. It needs no clock, so it also works on a busy machine. The number depends on the
# compiler and the build type, so the test is skipped unless the build is like the recorded one.
# After a change that costs on purpose, or that saves instructions, record anew, and say so in the commit:
#   cmake --build --preset release --target tick_instructions_record
set -euo pipefail

program=$1 record=$2 mode=${3:-}
cases=("100 3 off even" "100 100 off even" "1000 3 off even" "1000 1000 off even" "1000 3 watches even"
  "1000 1000 watches even" "1000 3 limits even" "1000 1000 limits even" "1000 1000 off one-late")
skip=77 # the exit code of a skipped test for ctest

if ! command -v valgrind >/dev/null; then
  echo "skipped: valgrind is not installed" >&2
  exit $skip
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# count PARTICIPANTS TALKERS LIMITER ARRIVALS TICKS: instructions of the whole run.
count() {
  valgrind --tool=callgrind --callgrind-out-file="$scratch/out" "$program" "$@" 2>"$scratch/log" || {
    cat "$scratch/log" >&2
    exit 1
  }
  sed -n 's/^\(summary\|totals\): \([0-9]*\).*/\2/p' "$scratch/out" | head -1
}

# per_tick PARTICIPANTS TALKERS LIMITER ARRIVALS: the difference between 50 and 10 ticks, divided by 40. So the first
# ten, in which memory is touched for the first time, do not count.
per_tick() {
  local few many
  few=$(count "$@" 10) || return 1
  many=$(count "$@" 50) || return 1
  ((many > few)) || return 1
  echo $(((many - few) / 40))
}

identity=$("$program" --identity)

if [[ $mode == --record ]]; then
  {
    echo "# Instructions per tick at 8 kHz: participants, talkers, limiter, arrivals, instructions"
    echo "# (tick_instructions.sh)."
    echo "# build: $identity"
    for case in "${cases[@]}"; do
      # shellcheck disable=SC2086 # split into words on purpose
      ticked=$(per_tick $case) || { echo "error: $program failed at $case" >&2 && exit 1; }
      echo "$case $ticked"
    done
  } >"$scratch/record"
  mv "$scratch/record" "$record"
  cat "$record"
  exit
fi

recorded_identity=$(sed -n 's/^# build: //p' "$record")
if [[ $identity != "$recorded_identity" ]]; then
  echo "skipped: built with $identity, recorded with $recorded_identity" >&2
  exit $skip
fi
failed=0
while read -r participants talkers limiter arrivals recorded; do
  now=$(per_tick "$participants" "$talkers" "$limiter" "$arrivals") || {
    echo "participants=$participants talkers=$talkers limiter=$limiter arrivals=$arrivals: the program failed"
    exit 1
  }
  verdict=good
  if ((now * 100 > recorded * 105)); then
    verdict="FAILED: over 5 % more"
    failed=1
  fi
  case="participants=$participants talkers=$talkers limiter=$limiter arrivals=$arrivals"
  echo "$case instructions=$now recorded=$recorded $verdict"
done < <(grep -v '^#' "$record")
exit $failed
