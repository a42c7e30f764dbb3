#!/usr/bin/env bash
# config_file_test.sh PROGRAM SHIPPED_FILE: tests that the shipped configuration names every option with its real
# default, and is still valid when every line is uncommented, and that --print-config prints a valid configuration.
set -euo pipefail
program=$1
shipped=$2

for name in $(compgen -e | grep -E '^VOICE(D|CLI)_' || true); do unset "$name"; done
unset USER USERNAME  # the default of `name` depends on these
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch XDG_CONFIG_HOME=$scratch

fail() {
  echo "config_file_test: $*" >&2
  exit 1
}

# values FILE: `key = value` lines, sorted, without comments, quotes and blanks.
values() { sed -nE 's/^([a-z][a-z0-9-]* = [^#]*)(#.*)?$/\1/p' "$1" | tr -d "\"' " | sort; }

: >"$scratch/empty.conf"
"$program" --config "$scratch/empty.conf" --print-config >"$scratch/defaults.conf" || fail "--print-config fails"
sed -E 's/^#([a-z][a-z0-9-]* = )/\1/' "$shipped" >"$scratch/switched_on.conf"

for file in "$shipped" "$scratch/switched_on.conf" "$scratch/defaults.conf"; do
  "$program" --config "$file" --print-config >"$scratch/printed.conf" || fail "$file is refused"
  values "$scratch/printed.conf" >"$scratch/printed"
  diff <(values "$scratch/defaults.conf") "$scratch/printed" || fail "$file changes a default"
done
diff <(values "$scratch/defaults.conf") <(values "$scratch/switched_on.conf") ||
  fail "$shipped and the program differ: < is the program's, > the file's"
