#!/usr/bin/env bash
# Runs the demo with voiced and voicecli under valgrind, which must find no invalid access, no use of uninitialised
# memory and no leak. valgrind.sh BIN_DIR OUT_DIR. Leaves in OUT_DIR: the files of the demo, valgrind-*.log.
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
  # exec, so that signals reach the program.
  cat >"$wrapped/$program" <<END
#!/bin/sh
exec valgrind --quiet --leak-check=full --errors-for-leak-kinds=definite,indirect,possible --error-exitcode=99 \
  --log-file="$out/valgrind-$program-%p.log" "$bin/$program" "\$@"
END
  chmod +x "$wrapped/$program"
done

# The programs run about ten times slower, so the recordings are not checked.
"$here/../../scripts/demo.sh" "$wrapped" "$out" unjudged && status=0 || status=$?
# The log of a program without errors is empty.
if [[ -n $(find "$out" -name 'valgrind-*.log' -size +0) ]]; then
  cat "$out"/valgrind-*.log >&2
  echo "error: valgrind has found errors or leaks" >&2
  exit 1
fi
if ((status == 0)); then echo "valgrind found no error in $(find "$out" -name 'valgrind-*.log' | wc -l) runs."; fi
exit "$status"
