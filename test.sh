#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. Needs no terminal; exit 0 only if all is well.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

usage() {
  cat <<'END'
Usage: ./test.sh [MODE]

  (none)            build the dev preset (warnings are errors) and run every test
  --asan            the same under AddressSanitizer and UndefinedBehaviorSanitizer
  --tsan            the same under ThreadSanitizer
  --faults          real faults at their full length (six minutes), and what was measured
  --swarm MINUTES   the simulator: stories nobody wrote, for so long
  --fuzz MINUTES    every fuzz target for so long (clang)
  --instructions    a tick of the release build takes no more instructions than recorded (valgrind)
  --systemd         the service under a real systemd in namespaces of its own (root, debootstrap)
  -R, --only REGEX  the dev preset, but only the tests whose names match
  -h, --help        this text
END
}

# run_tests PRESET [CTEST ARGUMENT...]
run_tests() {
  local preset=$1
  shift
  setup build test
  build "$preset"
  # Two at a time: integration tests hold real-time calls, which a crowded processor would starve.
  ctest --test-dir "build/$preset" --output-on-failure --no-tests=error -j2 --timeout 300 "$@"
}

# Every day the same faults are shorter. What they measure is left in build/dev/faults.txt.
run_faults() {
  setup build test
  build dev
  rm -f build/dev/faults.txt
  VOICE_TEST_FAULTS=full VOICE_TEST_REPORT=$PWD/build/dev/faults.txt \
    ctest --test-dir build/dev --output-on-failure --no-tests=error -j2 --label-regex faults
  cat build/dev/faults.txt
}

# A new mode is a line in usage() and a branch here.
mode=${1:-}
case $mode in
  "") run_tests dev ;;
  --asan) run_tests asan ;;
  --tsan) run_tests tsan ;;
  --faults) run_faults ;;
  --swarm)
    setup build
    build release sim
    build/release/bin/sim --swarm "${2:-10}"
    ;;
  --fuzz)
    setup build fuzz
    build fuzz fuzzers
    tests/fuzz/fuzz.sh run build/fuzz "${2:-10}"
    ;;
  --instructions)
    setup build test
    build release tick_instructions
    ctest --test-dir build/release --output-on-failure -R "no more instructions than recorded"
    ;;
  --systemd)
    setup build test systemd
    build dev voiced voicecli
    # 77: this machine cannot, and has said why.
    tests/support/systemd_test.sh build/dev build/systemd-root || (($? == 77))
    ;;
  -R | --only)
    (($# == 2)) || die "$1 wants a regular expression"
    run_tests dev -R "$2"
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
