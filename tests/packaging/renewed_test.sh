#!/usr/bin/env bash
# renewed_test.sh MANUAL SOURCE: tests that the files committed in SOURCE are those that MANUAL generates.
set -euo pipefail
manual=$1
source_dir=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The pages must not depend on the user's environment.
env USER=somebody HOME=/nowhere XDG_CONFIG_HOME=/nowhere "$manual" "$source_dir" "$scratch"
for folder in man completions; do
  diff -r "$source_dir/packaging/$folder" "$scratch/$folder" || {
    echo "packaging/$folder/ does not match the options. To renew it (then commit it):" >&2
    echo "  cmake --build --preset dev --target renew_manual" >&2
    exit 1
  }
done
