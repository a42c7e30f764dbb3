#!/usr/bin/env bash
# unit_file_test.sh BUILD_DIR: tests that systemd-analyze finds no mistake in the installed units, and an exposure of at
# most 1.5. Exit 77 (skipped) where systemd is not installed.
set -euo pipefail
build_dir=$1
exposure_max_tenths=15

command -v systemd-analyze >/dev/null || {
  echo "skipped: systemd-analyze is not installed"
  exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "unit_file_test: $*" >&2
  exit 1
}

# A real installation, because `verify` also looks for the programs that the units name.
cmake --install "$build_dir" --prefix "$scratch" >"$scratch/log" || fail "$(cat "$scratch/log")"
units=$scratch/lib/systemd/system
key() { sed -nE "s/^$1=//p" "$units/$2"; }

# A reload waits for the answer, so it fails if it is refused, and each conference reloads its own configuration.
[[ $(key ExecReload voiced.service) == "$scratch/bin/voicectl --socket %t/voiced/control.sock reload" ]] ||
  fail "voiced.service reloads with: $(key ExecReload voiced.service)"
for unit in voiced.service voiced@.service; do
  # With notify-reload, a refused reload would not fail.
  [[ $(key Type "$unit") == notify ]] || fail "$unit is of type $(key Type "$unit")"
  # Temporary failures (exit code 1) are retried for ever; a mistake in the configuration (2) is not.
  [[ $(key Restart "$unit") == on-failure && $(key StartLimitIntervalSec "$unit") == 0 ]] || fail "$unit gives up"
  [[ $(key RestartPreventExitStatus "$unit") == 2 ]] || fail "$unit repeats mistakes"
done

# Except for names and paths, voiced@.service is the same as voiced.service.
diff <(sed 's/@NAME//; s/, %i$//; s/%i\.conf/voiced.conf/; s/voiced-%i/voiced/' "$units/voiced@.service" |
  sed -n '/^\[Unit\]/,$p') \
  <(sed -n '/^\[Unit\]/,$p' "$units/voiced.service") || fail "voiced@.service is not as voiced.service"

cp "$units/voiced@.service" "$units/voiced@workshop.service"
for unit in voiced.service voiced@workshop.service voiced.socket; do
  complaints=$(systemd-analyze verify --man=no "$units/$unit" 2>&1) || fail "$complaints"
  if grep -F voiced <<<"$complaints"; then exit 1; fi
done
for unit in voiced.service voiced@workshop.service; do
  systemd-analyze security --offline=true --no-pager --threshold=$exposure_max_tenths "$units/$unit"
done
