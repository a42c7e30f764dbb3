#!/usr/bin/env bash
# Holds a real call on this machine: voiced, three clients that speak and record, and one that only listens and records.
# Then checks the recordings.
#
#   demo.sh BIN_DIR OUT_DIR [unjudged]
#
# Exit 0 only if everyone heard everyone but themselves, complete and on time; with `unjudged` (for programs that are
# slowed down), if every program exited with 0. If the machine stops for a third of a second, the delays are wrong, so a
# call that fails is repeated: up to three calls in all.
# Leaves in OUT_DIR: NAME.wav (what NAME heard), NAME.jsonl (its events), NAME.log, voiced.log.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bin=$1
out=$2
judged=${3:-judged}

speech=tests/demo/speech
speakers=(anna boris clara)
call_seconds=9           # the speech lasts 7.3
packets=2                # the shallowest jitter buffer: this is one machine
delay_ms_max=60          # one tick of voiced, one of voicecli, and a frame on each side
gap_ms_max=200           # of 3 s of speech: a busy machine can empty a buffer that holds one packet
calls_max=3
running=()

die() {
  echo "error: $*" >&2
  exit 1
}

# Ends all programs, however the demo ends.
clean_up() {
  local pid
  for pid in ${running[@]+"${running[@]}"}; do kill "$pid" 2>/dev/null || true; done
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# The user's own settings must not influence the measurement.
for name in $(compgen -e | grep -E '^VOICE(D|CLI)_' || true); do unset "$name"; done

# wait_for FILE TEXT: waits until FILE contains TEXT, for 30 s at most.
wait_for() {
  local tries
  for ((tries = 0; tries < 600; ++tries)); do
    ! grep -q "$2" "$1" 2>/dev/null || return 0
    sleep 0.05
  done
  return 1
}

# With port 0, the system picks a free one; the log names it.
start_voiced() {
  "$bin/voiced" --config config/voiced.conf --silent --listen 127.0.0.1 --port 0 --sample-rate 8000 \
    --jitter-mode fixed --jitter-depth "$packets" --log-level info >"$out/voiced.log" 2>&1 &
  voiced=$!
  running+=("$voiced")
  if ! wait_for "$out/voiced.log" 'listening on='; then
    cat "$out/voiced.log" >&2
    die "voiced did not start: see $out/voiced.log"
  fi
  port=$(sed -n 's/.*listening on=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$out/voiced.log" | head -n 1)
  [[ -n $port ]] || die "no port in $out/voiced.log"
}

# join NAME INPUT: starts a client, and returns when it has joined the call.
join() {
  "$bin/voicecli" --host 127.0.0.1 --port "$port" --name "$1" --input "$2" --output "$out/$1.wav" \
    --duration "$call_seconds" --jitter-mode fixed --jitter-depth "$packets" --no-reconnect --json \
    </dev/null >"$out/$1.jsonl" 2>"$out/$1.log" &
  running+=("$!")
  names+=("$1")
  wait_for "$out/$1.jsonl" '"connected"' || die "$1 could not join: $(cat "$out/$1.log")"
}

hold_call() {
  local i
  rm -f "$out"/{anna,boris,clara,listener}.{wav,jsonl,log} "$out/voiced.log"
  names=(voiced)
  start_voiced
  echo "A call on 127.0.0.1:$port: ${speakers[*]} speak, a listener listens, for $call_seconds s." >&2

  join listener null
  # The first to speak joins last, so that all hear it from the beginning.
  for ((i = ${#speakers[@]} - 1; i >= 0; --i)); do join "${speakers[i]}" "$speech/${speakers[i]}.wav"; done

  for ((i = 1; i < ${#running[@]}; ++i)); do
    wait "${running[i]}" || die "${names[i]} ended with status $?: $(cat "$out/${names[i]}.log")"
  done
  kill -TERM "$voiced"
  wait "$voiced" || die "voiced ended with status $? on SIGTERM; see $out/voiced.log"
  running=()
}

judge() {
  "$bin/call_report" --speech "$speech" --call "$out" "${speakers[@]/#/--speaker=}" --listener listener --needs-delay \
    --delay-ms-max "$delay_ms_max" --gap-ms-max "$gap_ms_max"
}

mkdir -p "$out"
for ((call = 1; ; ++call)); do
  hold_call
  [[ $judged == judged ]] || exit 0
  judge && status=0 || status=$?
  # 2: there was nothing to check.
  ((status == 1 && call < calls_max)) || break
  echo "The machine may have stopped for a moment. Trying again: call $((call + 1)) of at most $calls_max." >&2
done
echo "The recordings are in $out." >&2
exit "$status"
