#!/usr/bin/env bash
# Builds the core for other processors, and runs its unit tests, its fuzz corpora and short simulations under qemu. Then
# plays some seeds on both processors: they must send the same bytes, whatever the byte order.
#
#   cross.sh BUILD_DIR SIM [TRIPLE...]   SIM: this machine's simulator. Without TRIPLE: s390x and aarch64, if their
#                                        compilers are installed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

builds=$1 own_sim=$2
shift 2
triples=("$@")
(($# != 0)) || triples=(s390x-linux-gnu aarch64-linux-gnu)
seeds=(1 6)
ran=0

# Debian calls it qemu-ARCH-static; elsewhere, qemu-ARCH may also be statically linked.
emulator_of() { command -v "qemu-$1-static" || command -v "qemu-$1"; }

try() {
  local triple=$1 arch=${1%%-*} emulator build
  if ! command -v "$triple-g++" >/dev/null; then
    say "skipped: no $triple-g++ here"
    return
  fi
  emulator=$(emulator_of "$arch") || die "no qemu-$arch-static here"
  build=$builds/cross-$arch
  # Not every processor has a fused multiply-add, which rounds once instead of twice and so gives other results.
  local configure=(cmake -S . -B "$build" -DVOICE_CORE_ONLY=ON -DCMAKE_BUILD_TYPE=Debug
    "-DCMAKE_CXX_FLAGS_DEBUG=-O1 -ffp-contract=off" -DCMAKE_SYSTEM_NAME=Linux
    "-DCMAKE_SYSTEM_PROCESSOR=$arch" "-DCMAKE_CXX_COMPILER=$triple-g++"
    -DCMAKE_EXE_LINKER_FLAGS=-static "-DCMAKE_CROSSCOMPILING_EMULATOR=$emulator")
  if [[ ! -f $build/CMakeCache.txt ]]; then
    if command -v ninja >/dev/null; then configure+=(-G Ninja); fi
    if command -v ccache >/dev/null; then configure+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  fi
  "${configure[@]}" >&2
  cmake --build "$build" --parallel "$(getconf _NPROCESSORS_ONLN)" >&2
  ctest --test-dir "$build" --output-on-failure --no-tests=error --timeout 600 \
    --parallel "$(getconf _NPROCESSORS_ONLN)" --label-exclude '^whole$'
  diff <("$own_sim" --seeds "${seeds[@]}") <("$emulator" "$build/bin/sim" --seeds "${seeds[@]}") ||
    die "a seed gives other bytes on $arch than on this machine"
  say "$triple: all tests pass, and seeds ${seeds[0]} to ${seeds[1]} send the same bytes as on this machine"
  ran=$((ran + 1))
}

for triple in "${triples[@]}"; do try "$triple"; done
((ran != 0)) || say "nothing was run: no compiler for ${triples[*]} (apt-get install g++-s390x-linux-gnu)"
