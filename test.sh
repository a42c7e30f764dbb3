#!/usr/bin/env bash
# Installs what is missing, builds, and runs every test. Needs no terminal. Exit 0 only if every test has passed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

usage() {
  cat <<'END'
Usage: ./test.sh [MODE]

  (none)            build the dev preset (warnings are errors, AddressSanitizer, UBSan) and run every test; then, in
                    the release build, the simulator's stories at full length, and the tests of the server's memory
                    and of a clock that is set
  -R, --only REGEX  the dev preset, but only the tests whose names match

Modes that take longer or need more (docs/testing.md):

  --tsan            every test under ThreadSanitizer
  --threads         only the parts with more than one thread, under ThreadSanitizer
  --valgrind        the demo under valgrind: no error, no leak
  --faults          real faults at their full length (six minutes), with measurements
  --swarm MINUTES   random stories in the simulator, for MINUTES (10)
  --fuzz MINUTES    every fuzz target for MINUTES (10) each (clang)
  --soak MINUTES    a call of fifty for MINUTES (30), then seven simulated days: no frame missing, no growth
  --mutations [NAME...]
                    break the code on purpose, with each patch in tests/mutations: a test must fail
  --cross [TRIPLE...]
                    the core's tests on another processor (s390x-linux-gnu, which is big-endian), under qemu
  --elsewhere [KIND...]
                    build as on other systems: no-clones, libc++ (macOS, with clang), musl (compiled only), windows
                    (mingw, tried in wine if it is installed), or FOLDER with other versions of the header-only
                    libraries
  --instructions    a tick of the release build takes no more instructions than recorded (valgrind)
  --metrics         tests of metrics and health, also with promtool (installs Debian's prometheus, which starts a
                    service)
  --systemd         the service under a real systemd in its own namespaces (root, debootstrap)
  --packages        the Debian packages: lintian, then installing, upgrading and purging them in a fresh system
  --container       the steps of packaging/Containerfile in a chroot (root, debootstrap, Debian's archive)
  -h, --help        this text
END
}

# The only test of this run that was given a second attempt.
second_attempt=""

# run_ctest BUILD_DIR [CTEST ARGUMENT...]: two tests at a time, because integration tests hold calls in real time, which
# fail on an overloaded processor. They also fail if the machine stops for a second, so one of them may have a second
# attempt in each run; other tests have none. A sanitizer's finding, in a test or in a program that it started, always
# fails the run.
run_ctest() {
  local build_dir=$1 real_time='^(real-time|faults)$' findings=$PWD/$1/findings failed=0
  # The unit tests run in one process, unless tests are chosen by name.
  local later='^(real-time|faults|unit)$'
  (($# == 1)) || later='^(real-time|faults|whole)$'
  local log=$build_dir/Testing/Temporary failures
  shift
  local ctest=(ctest --test-dir "$build_dir" --output-on-failure -j2 --timeout 300)
  [[ $("${ctest[@]}" -N "$@") != *"Total Tests: 0"* ]] || die "no test matches that name"
  rm -rf "$findings"
  # Programs under test may run as another user.
  mkdir -m 1777 "$findings"
  export ASAN_OPTIONS=log_path=$findings/address UBSAN_OPTIONS=print_stacktrace=1:log_path=$findings/undefined
  "${ctest[@]}" --label-exclude "$later" "$@" || failed=1
  keep_undefined
  rm -f "$log/LastTestsFailed.log"
  if ! "${ctest[@]}" --label-regex "$real_time" "$@"; then
    keep_undefined
    failures=$(cut -d: -f2- "$log/LastTestsFailed.log" || true)
    if [[ -n $second_attempt || -z $failures || $(wc -l <<<"$failures") != 1 ]]; then
      failed=1
    else
      second_attempt=$failures
      say "second attempt, the only one in this run: $second_attempt"
      "${ctest[@]}" --rerun-failed || failed=1
    fi
  fi
  keep_undefined
  say "second attempts in this run: ${second_attempt:-none}"
  if [[ -n $(ls "$findings") ]]; then
    cat "$findings"/*
    die "a sanitizer has found something (left in $findings)"
  fi
  return $failed
}

# With some compilers, UBSan reports on stderr instead of in a file of its own (cmake/VoiceLayer.cmake). Saves those
# reports before ctest overwrites its log.
keep_undefined() {
  grep -F "runtime error:" "$log/LastTest.log" >>"$findings/undefined_in_log" || true
  [[ -s $findings/undefined_in_log ]] || rm "$findings/undefined_in_log"
}

# run_tests PRESET [CTEST ARGUMENT...]
run_tests() {
  local preset=$1
  shift
  setup build test
  build "$preset"
  run_ctest "build/$preset" "$@"
}

# The ordinary tests include the same faults, but shorter and with sanitizers. This runs them at full length in the
# release build, and leaves the measurements in build/release/faults.txt.
run_faults() {
  setup build test
  build release fault_tests
  rm -f build/release/faults.txt
  VOICE_TEST_FAULTS=full VOICE_TEST_REPORT=$PWD/build/release/faults.txt \
    ctest --test-dir build/release --output-on-failure --no-tests=error -j2 --label-regex faults
  cat build/release/faults.txt
}

# Tests that need the release build: the stories at full length, which take many minutes with a sanitizer, memory that
# goes back to the system, and a clock that is set.
test_release() {
  build release sim fault_tests
  run_ctest build/release \
    -R '^(simulator: |a clock set back|ten thousand hostile|five thousand visits)'
}

# Runs the programs directly: ctest would need all the others to be built, too.
run_threads() {
  local program
  setup build test
  build tsan ring_tests fake_card_tests device_tests
  for program in ring_tests fake_card_tests device_tests; do
    say "== $program"
    "build/tsan/bin/$program"
  done
}

soak() {
  local minutes=$1
  setup build
  build release voiced soak sim
  tests/soak/soak.sh build/release/bin build/release/soak "$minutes"
  say "seven days of clocks that are 200 ppm apart, simulated"
  build/release/bin/sim --scenario drift --hours 168
}

# A new mode is a line in usage() and a branch here.
mode=${1:-}
case $mode in
  "")
    run_tests dev
    test_release
    ;;
  -R | --only)
    (($# == 2)) || die "$1 needs a regular expression"
    run_tests dev -R "$2"
    ;;
  --tsan)
    # No second attempt: a race that shows only once is still a race.
    setup build test
    build tsan
    ctest --test-dir build/tsan --output-on-failure -j2 --timeout 300 --label-exclude '^unit$'
    ;;
  --faults) run_faults ;;
  --threads) run_threads ;;
  --valgrind)
    setup build test
    build release voiced voicecli call_report
    tests/demo/valgrind.sh build/release/bin build/release/valgrind
    ;;
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
  --soak) soak "${2:-30}" ;;
  --mutations)
    setup build test mutations
    tests/mutations/mutations.sh build/mutations "${@:2}"
    ;;
  --cross)
    setup build cross
    build release sim
    tests/support/cross.sh build build/release/bin/sim "${@:2}"
    ;;
  --elsewhere)
    setup build test elsewhere
    mkdir -p build
    tests/support/elsewhere.sh build "${@:2}"
    ;;
  --instructions)
    setup build test
    build release tick_instructions
    ctest --test-dir build/release --output-on-failure -R "no more instructions than recorded"
    ;;
  --metrics)
    setup metrics
    run_tests dev -R 'metrics|promtool|scrape|dashboard'
    ;;
  --systemd)
    setup build test systemd
    build release voiced voicecli voicectl
    # 77: skipped, with a message.
    tests/support/systemd_test.sh build/release build/systemd-root || (($? == 77))
    ;;
  --packages)
    setup build package systemd
    packaging/package.sh >&2
    tests/support/package_test.sh build/package build/systemd-root || (($? == 77))
    ;;
  --container)
    setup systemd
    tests/support/container_test.sh . build/systemd-root || (($? == 77))
    ;;
  -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
