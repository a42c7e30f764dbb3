#!/usr/bin/env bash
# unit_file_test.sh BUILD_DIR: systemd's own tools judge the installed units: no mistake, and an exposure
# of 1.5 at most. Exit 77 (skipped) where systemd is not installed.
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

# Installed for real, as `verify` also looks for the programs the unit names.
cmake --install "$build_dir" --prefix "$scratch" >"$scratch/log" || fail "$(cat "$scratch/log")"
units=$scratch/lib/systemd/system
key() { sed -nE "s/^$1=//p" "$units/$2"; }

# A reload answers, so that one that is refused fails; and each conference is asked for its own.
[[ $(key ExecReload voiced.service) == "$scratch/bin/voicectl --socket %t/voiced/control.sock reload" ]] ||
  fail "voiced.service reloads with: $(key ExecReload voiced.service)"
for unit in voiced.service voiced@.service; do
  # With notify-reload the signal alone would decide.
  [[ $(key Type "$unit") == notify ]] || fail "$unit is of type $(key Type "$unit")"
  # What time mends (exit code 1) is tried for ever, a mistake (2) is not.
  [[ $(key Restart "$unit") == on-failure && $(key StartLimitIntervalSec "$unit") == 0 ]] || fail "$unit gives up"
  [[ $(key RestartPreventExitStatus "$unit") == 2 ]] || fail "$unit repeats mistakes"
done

# One conference or several: the same service but for its name and its file.
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
