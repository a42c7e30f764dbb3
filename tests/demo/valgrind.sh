#!/usr/bin/env bash
# The demo's call with its programs under valgrind: they must neither touch what is not theirs, nor use what nobody
# has written, nor leave anything behind. valgrind.sh BIN_DIR OUT_DIR. OUT_DIR afterwards: the demo's, valgrind-*.log.
set -euo pipefail
bin=$(cd "$1" && pwd)
out=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

wrapped=$(mktemp -d)
trap 'rm -rf "$wrapped"' EXIT
mkdir -p "$out"
out=$(cd "$out" && pwd)
rm -f "$out"/valgrind-*.log
for program in voiced voicecli; do
  # exec: signals meant for the program must reach it.
  cat >"$wrapped/$program" <<END
#!/bin/sh
exec valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=99 \
  --log-file="$out/valgrind-$program-%p.log" "$bin/$program" "\$@"
END
  chmod +x "$wrapped/$program"
done

# Some ten times slower: whether they are correct is judged here, not whether they are in time.
"$here/../../scripts/demo.sh" "$wrapped" "$out" unjudged && status=0 || status=$?
# A program that is clean has written nothing.
if [[ -n $(find "$out" -name 'valgrind-*.log' -size +0) ]]; then
  cat "$out"/valgrind-*.log >&2
  echo "error: valgrind has found something" >&2
  exit 1
fi
if ((status == 0)); then echo "valgrind found nothing in $(find "$out" -name 'valgrind-*.log' | wc -l) runs."; fi
exit "$status"
