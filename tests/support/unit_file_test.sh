#!/usr/bin/env bash
# unit_file_test.sh BUILD_DIR: systemd's own tools judge the installed unit: no mistake, and an exposure
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

# Installed for real, as `verify` also looks for the program the unit names.
cmake --install "$build_dir" --prefix "$scratch" >"$scratch/log" || {
  cat "$scratch/log"
  exit 1
}
unit=$scratch/lib/systemd/system/voiced.service
complaints=$(systemd-analyze verify --man=no "$unit" 2>&1) || {
  echo "$complaints"
  exit 1
}
if grep -F voiced.service <<<"$complaints"; then exit 1; fi
systemd-analyze security --offline=true --no-pager --threshold=$exposure_max_tenths "$unit"
