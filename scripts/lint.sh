#!/usr/bin/env bash
# Checks the form of the tree: layout, scripts, spelling. Quick.
# `scripts/lint.sh --fix` lays the C++ out as .clang-format says; `--tidy` asks clang-tidy (some minutes).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
setup lint

# files NAME...: everything people wrote whose name matches; not what builds and runs leave behind.
files() {
  local names=() name
  for name in "$@"; do names+=(-o -name "$name"); done
  find . \( -name .git -o -name build -o -name demo-out \) -prune -o -type f \( "${names[@]:1}" \) -print0
}

if [[ ${1:-} == --fix ]]; then
  files '*.cpp' '*.hpp' | xargs -0 clang-format -i
  exit
fi

if [[ ${1:-} == --tidy ]]; then
  setup build tidy
  # shellcheck source=scripts/build.sh
  . scripts/build.sh
  build dev
  run-clang-tidy -quiet -p build/dev -j "$(jobs_max)"
  exit
fi

failed=0
check() {
  local what=$1
  shift
  "$@" || {
    say "FAILED: $what"
    failed=1
  }
}

layout() {
  local strictness=-Werror
  # Versions disagree about details; the one of Debian 12 decides, others only say what they would do.
  clang-format --version | grep -q 'version 14\.' || strictness=-Wclang-format-violations
  files '*.cpp' '*.hpp' | xargs -0 clang-format --dry-run "$strictness"
}
scripts_are_clean() {
  files '*.sh' run | xargs -0 shellcheck -x && shellcheck packaging/completions/bash/*
}
spelling() { files '*.md' '*.cpp' '*.hpp' '*.sh' '*.conf' '*.service' '*.cmake' '*.in' | xargs -0 codespell; }

check "layout; scripts/lint.sh --fix corrects it" layout
check "shellcheck" scripts_are_clean
check "spelling" spelling
check "at least 20 assertions per 1000 lines of the pure core" scripts/asserts.sh 20
exit $failed
