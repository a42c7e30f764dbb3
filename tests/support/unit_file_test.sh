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

# install_for VERSION: units for that systemd, or for the one that is here.
install_for() {
  VOICE_SYSTEMD_VERSION=$1 cmake --install "$build_dir" --prefix "$scratch" >"$scratch/log" ||
    fail "$(cat "$scratch/log")"
}
units=$scratch/lib/systemd/system
keys() { grep -E "^($1)=" "$units/$2" | tr '\n' ' '; }

# An old systemd knows no notify-reload and has to be told how to reload; a new one needs no help.
for unit in voiced.service voiced@.service; do
  install_for 252
  [[ $(keys 'Type|ExecReload' "$unit") == "Type=notify ExecReload=/bin/kill -HUP \$MAINPID " ]] ||
    fail "$unit does not suit systemd 252: $(keys 'Type|ExecReload' "$unit")"
  install_for 253
  [[ $(keys 'Type|ExecReload' "$unit") == "Type=notify-reload " ]] || fail "$unit does not suit systemd 253"
done

# One conference or several: the same service but for its name and its file.
diff <(sed 's/@NAME//; s/, %i$//; s/%i\.conf/voiced.conf/; s/voiced-%i/voiced/' "$units/voiced@.service" |
  sed -n '/^\[Unit\]/,$p') \
  <(sed -n '/^\[Unit\]/,$p' "$units/voiced.service") || fail "voiced@.service is not as voiced.service"

# Installed for real, as `verify` also looks for the program the unit names.
install_for ""
cp "$units/voiced@.service" "$units/voiced@workshop.service"
for unit in voiced.service voiced@workshop.service voiced.socket; do
  complaints=$(systemd-analyze verify --man=no "$units/$unit" 2>&1) || fail "$complaints"
  if grep -F voiced <<<"$complaints"; then exit 1; fi
done
for unit in voiced.service voiced@workshop.service; do
  systemd-analyze security --offline=true --no-pager --threshold=$exposure_max_tenths "$units/$unit"
done
