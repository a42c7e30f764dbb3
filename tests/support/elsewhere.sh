#!/usr/bin/env bash
# Compiles the tree as on other systems, as far as that is possible here, and runs what can run here. Each kind has its
# own build directory, and is skipped, with a message, if its compiler or its headers are missing.
#
#   elsewhere.sh BUILD_DIR [KIND...]     KIND: no-clones, libc++, musl, windows, or a folder of header-only libraries
#                                        (any of boost, spdlog, CLI, nlohmann, tl, in other versions). Without: all but
#                                        the last.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '%s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

builds=$1
shift
kinds=("$@")
(($# != 0)) || kinds=(no-clones libc++ musl windows)
ran=0
programs_and_tests=(voiced voicectl voicecli unit_tests)

# skip REASON: the current kind cannot be tried here.
skip() {
  say "skipped: $*"
  skipped=yes
}

# build NAME "TARGET..." [CMAKE ARGUMENT...]
build() {
  local tree=$builds/elsewhere-$1 targets=$2
  local configure=(cmake -S . -B "$tree" -DCMAKE_BUILD_TYPE=Debug
    "-DCMAKE_CXX_FLAGS_DEBUG=-O0" "${@:3}")
  if [[ ! -f $tree/CMakeCache.txt ]]; then
    if command -v ninja >/dev/null; then configure+=(-G Ninja); fi
    if command -v ccache >/dev/null; then configure+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  fi
  "${configure[@]}" >&2
  # shellcheck disable=SC2086 # several targets
  cmake --build "$tree" --parallel "$(getconf _NPROCESSORS_ONLN)" --target $targets >&2
}

# Links to the header-only libraries, in a separate folder: /usr/include also contains this system's C library.
headers_apart() {
  local folder=$builds/elsewhere-headers name
  mkdir -p "$folder"
  for name in boost spdlog fmt CLI nlohmann tl; do
    [[ -d /usr/include/$name ]] || die "no /usr/include/$name: ./test.sh --elsewhere installs it"
    ln -sfn "/usr/include/$name" "$folder/$name"
  done
  (cd "$folder" && pwd)
}

# musl's loader and others cannot choose between the clones of a function.
try_no_clones() {
  build no-clones unit_tests -DVOICE_CORE_ONLY=ON -DVOICE_VECTOR_CLONES=OFF
  "$builds/elsewhere-no-clones/bin/unit_tests"
  say "no-clones: the core's tests pass without function multiversioning"
}

# As on macOS and FreeBSD: clang with its own standard library.
try_libcxx() {
  if ! command -v clang++ >/dev/null || ! echo '#include <vector>' |
    clang++ -stdlib=libc++ -fsyntax-only -x c++ - 2>/dev/null; then
    skip "no clang++ with libc++ here (apt-get install clang libc++-dev libc++abi-dev)"
    return
  fi
  # Boost 1.74, the version in Debian 12, needs type traits that C++20 has removed; newer versions do not.
  build libcxx "${programs_and_tests[*]}" -DCMAKE_CXX_COMPILER=clang++ "-DVOICE_HEADERS=$(headers_apart)" \
    "-DCMAKE_CXX_FLAGS=-stdlib=libc++ -D_LIBCPP_ENABLE_CXX20_REMOVED_TYPE_TRAITS"
  "$builds/elsewhere-libcxx/bin/unit_tests"
  say "libc++: the programs are built, and the unit tests pass"
}

# voiced and voicectl as Windows programs. If Wine is installed, voiced is also run: it must admit a client.
try_windows() {
  local compiler=x86_64-w64-mingw32-g++-posix
  if ! command -v "$compiler" >/dev/null; then
    skip "no $compiler here (apt-get install g++-mingw-w64-x86-64-posix)"
    return
  fi
  build windows "voiced voicectl" -DCMAKE_SYSTEM_NAME=Windows "-DCMAKE_CXX_COMPILER=$compiler" \
    "-DVOICE_HEADERS=$(headers_apart)" -DVOICE_BUILD_CLIENT=OFF -DVOICE_WITH_SOUND=OFF \
    -DVOICE_WITH_OPUS=OFF -DVOICE_WITH_TLS=OFF -DVOICE_WITH_ACCOUNTS=OFF -DVOICE_BUILD_TESTS=OFF \
    -DCMAKE_EXE_LINKER_FLAGS=-static
  if ! command -v wine >/dev/null; then
    say "windows: voiced and voicectl are built; not run, because wine is not installed"
    return
  fi
  try_voiced_in_wine "$builds/elsewhere-windows/bin/voiced.exe"
}

try_voiced_in_wine() {
  local port=7391 tries answer="" pid
  export WINEPREFIX=$PWD/$builds/elsewhere-wine WINEDEBUG=-all
  wine "$1" --config NUL --listen 127.0.0.1 --port "$port" 2>"$builds/elsewhere-wine.log" &
  pid=$!
  for ((tries = 0; tries < 120; tries++)); do
    if exec 3<>"/dev/tcp/127.0.0.1/$port"; then
      IFS= read -r -t 10 -N 36 answer <&3 || true
      exec 3>&-
      break
    fi 2>/dev/null
    sleep 1
  done
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  [[ $answer == *SamplesPerSecond:* ]] || die "voiced in wine admits no client: $(tail -2 "$builds/elsewhere-wine.log")"
  say "windows: voiced and voicectl are built, and voiced in wine admits a client"
}

# Compiles the server with musl's headers and those of libc++. Not linked, because Debian has no C++ library for musl.
try_musl() {
  local target resources libcxx kernel=$PWD/$builds/elsewhere-kernel
  target=$(uname -m)-linux-musl
  libcxx=$(dirname "$(readlink -f "$(command -v clang++ || echo /none)")")/../include/c++/v1
  if [[ ! -d $libcxx || ! -d /usr/include/$target ]]; then
    skip "no musl, or no clang++ with libc++ here (apt-get install musl-dev clang libc++-dev)"
    return
  fi
  # The kernel's headers do not depend on the C library.
  mkdir -p "$kernel"
  ln -sfn /usr/include/linux "$kernel/linux"
  ln -sfn /usr/include/asm-generic "$kernel/asm-generic"
  ln -sfn "/usr/include/$(uname -m)-linux-gnu/asm" "$kernel/asm"
  resources=$(clang++ -print-resource-dir)/include
  local flags="-nostdinc -nostdinc++ -isystem $libcxx -isystem $resources"
  flags+=" -isystem /usr/include/$target -isystem $kernel"
  build musl "voice_voiced voice_ctl" -DCMAKE_CXX_COMPILER=clang++ "-DCMAKE_CXX_COMPILER_TARGET=$target" \
    -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY "-DVOICE_HEADERS=$(headers_apart)" -DVOICE_BUILD_CLIENT=OFF \
    -DVOICE_WITH_SOUND=OFF -DVOICE_WITH_OPUS=OFF -DVOICE_WITH_TLS=OFF -DVOICE_WITH_ACCOUNTS=OFF \
    -DVOICE_BUILD_TESTS=OFF \
    "-DCMAKE_CXX_FLAGS=$flags -D_LIBCPP_HAS_MUSL_LIBC -D_LIBCPP_ENABLE_CXX20_REMOVED_TYPE_TRAITS"
  say "musl: voiced and voicectl compile with musl's headers"
}

# Other versions of the header-only libraries.
try_headers() {
  local name
  name=$(basename "$1")
  build "$name" "${programs_and_tests[*]}" "-DVOICE_HEADERS=$(cd "$1" && pwd)"
  "$builds/elsewhere-$name/bin/unit_tests"
  say "$1: the programs are built with these headers, and the unit tests pass"
}

for kind in "${kinds[@]}"; do
  skipped=no
  case $kind in
    no-clones) try_no_clones ;;
    libc++) try_libcxx ;;
    musl) try_musl ;;
    windows) try_windows ;;
    *)
      [[ -d $kind ]] || die "no such kind and no such folder: $kind (no-clones, libc++, musl, windows, or a folder)"
      try_headers "$kind"
      ;;
  esac
  [[ $skipped == yes ]] || ran=$((ran + 1))
done
((ran != 0)) || say "nothing was compiled"
