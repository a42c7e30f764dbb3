#!/usr/bin/env bash
# The density of assertions in the pure core: VOICE_ASSERT per 1000 lines of code, by folder.
#
#   asserts.sh [MIN]     exit 1 when the whole core has fewer than MIN
#
# Blank lines and comments are not counted as code, and static_assert is not counted as an assertion.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

minimum=${1:-0}
[[ $minimum =~ ^[0-9]+$ ]] || {
  printf 'usage: asserts.sh [MIN]\n' >&2
  exit 2
}
# The pure core, as docs/architecture.md defines it.
folders=()
for folder in common/{core,audio,opus,wire,playout,transport} server/{room,host} client/call; do
  [[ ! -d $folder ]] || folders+=("$folder")
done

# count FOLDER...: lines of code, assertions. The definition of the macro is left out.
count() {
  find "$@" \( -name '*.cpp' -o -name '*.hpp' \) ! -name 'assert.?pp' -print0 | xargs -0 cat |
    awk '!/^[[:space:]]*($|\/\/)/ { lines++; asserts += gsub(/VOICE_ASSERT\(/, "") }
      END { print lines + 0, asserts + 0 }'
}

row() {
  awk -v name="$1" -v lines="$2" -v asserts="$3" 'BEGIN {
    density = lines ? 1000 * asserts / lines : 0
    printf "%-20s %6d lines %4d asserts %6.1f per 1000\n", name, lines, asserts, density
  }'
}

for folder in "${folders[@]}"; do
  read -r lines asserts < <(count "$folder")
  row "$folder" "$lines" "$asserts"
done
read -r lines asserts < <(count "${folders[@]}")
row "the pure core" "$lines" "$asserts"
((1000 * asserts >= minimum * lines)) || {
  printf 'fewer than %d asserts per 1000 lines of code\n' "$minimum" >&2
  exit 1
}
