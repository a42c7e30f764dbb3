#!/usr/bin/env bash
# Checks the tree without building it: layout, scripts, spelling, number of assertions.
# `scripts/lint.sh --fix` formats the C++ with clang-format; `--tidy` builds, and runs clang-tidy (some minutes).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
setup lint

# files NAME...: the files whose names match, except those that builds and the demo have left behind.
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
  # Versions disagree about details. The one in Debian 12 decides; with any other, differences are only reported.
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
