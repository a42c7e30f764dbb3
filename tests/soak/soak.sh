#!/usr/bin/env bash
# Starts voiced, holds a call of fifty for MINUTES, and judges it. soak.sh BIN_DIR OUT_DIR MINUTES.
# Exit 0 only if no frame was missing, and neither memory nor delay has grown.
# Leaves in OUT_DIR: voiced.log, soak.txt (table, verdicts, one line of JSON; also on stdout).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$1 out=$2 minutes=$3
voiced=""

die() {
  echo "error: $*" >&2
  exit 1
}

clean_up() {
  [[ -z $voiced ]] || kill -KILL "$voiced" 2>/dev/null || true
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Real-time priority for both programs, where permitted, so that other programs on the machine do not disturb them.
priority=()
if chrt -f 10 true 2>/dev/null; then priority=(chrt -f 10); fi

mkdir -p "$out"
for name in $(compgen -e | grep -E '^VOICED_' || true); do unset "$name"; done
: >"$out/voiced.log"
"${priority[@]}" "$bin/voiced" --config config/voiced.conf --silent --listen 127.0.0.1 --port 0 --jitter-mode fixed \
  --log-level info \
  >"$out/voiced.log" 2>&1 &
voiced=$!
for ((tries = 0; tries < 200; ++tries)); do
  ! grep -q 'listening on=' "$out/voiced.log" || break
  sleep 0.05
done
port=$(sed -n 's/.*listening on=127\.0\.0\.1:\([0-9]*\).*/\1/p' "$out/voiced.log" | head -n 1)
[[ -n $port ]] || die "voiced did not start: $(cat "$out/voiced.log")"

echo "A call of fifty on 127.0.0.1:$port for $minutes minutes (priority: ${priority[*]:-normal})."
"${priority[@]}" "$bin/soak" --port "$port" --server-pid "$voiced" --server-log "$out/voiced.log" \
  --minutes "$minutes" | tee "$out/soak.txt" && status=0 || status=$?
kill -TERM "$voiced"
wait "$voiced" || die "voiced ended with status $? on SIGTERM; see $out/voiced.log"
voiced=""
exit "$status"
