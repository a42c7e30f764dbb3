#!/usr/bin/env bash
# renewed_test.sh MANUAL SOURCE: what the program MANUAL makes from the options equals what is committed in SOURCE.
set -euo pipefail
manual=$1
source_dir=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The pages are the same whoever makes them, and wherever.
env USER=somebody HOME=/nowhere XDG_CONFIG_HOME=/nowhere "$manual" "$source_dir" "$scratch"
for folder in man completions; do
  diff -r "$source_dir/packaging/$folder" "$scratch/$folder" || {
    echo "packaging/$folder/ does not match the options. Renew it with this command, and commit the result:" >&2
    echo "  cmake --build --preset dev --target renew_manual" >&2
    exit 1
  }
done
