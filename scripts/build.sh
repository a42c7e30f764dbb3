# shellcheck shell=bash
# Configures and builds one CMake preset. Sourced by other scripts, in the repository's root, after scripts/setup.sh.

# build PRESET [TARGET...]: all targets if none is named.
build() {
  local preset=$1
  shift
  local configure=(cmake --preset "$preset")
  # A build directory keeps the generator that it was configured with; only a new one can choose.
  if [[ ! -f build/$preset/CMakeCache.txt ]]; then
    if command -v ninja >/dev/null; then configure+=(-G Ninja); fi
    if command -v ccache >/dev/null; then configure+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  fi
  "${configure[@]}" >"$(build_log "$preset")" 2>&1 ||
    { cat "$(build_log "$preset")" >&2; die "cmake --preset $preset failed"; }
  if (($# == 0)); then set -- all; fi
  cmake --build "build/$preset" --parallel "$(jobs_max)" --target "$@" >&2 ||
    die "the $preset build failed"
}

build_log() {
  mkdir -p "build/$1"
  echo "build/$1/configure.log"
}

# One compiler per processor, but at most one per 1.5 GB of free memory: Catch2, Asio and CLI11 need that much.
jobs_max() {
  local count memory_kb
  count=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
  memory_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
  if [[ -n $memory_kb ]] && ((memory_kb / 1500000 < count)); then
    count=$((memory_kb / 1500000))
  fi
  echo $((count > 0 ? count : 1))
}
