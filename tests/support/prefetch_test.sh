#!/usr/bin/env bash
# prefetch_test.sh COMPILER SOURCE_DIR: tests that calls of a function that only prefetches survive optimization. GCC
# takes such a function for one without side effects, and drops its calls, unless prefetch.hpp prevents that.
set -euo pipefail
compiler=$1 source_dir=$2

assembly=$("$compiler" -std=c++20 -O2 -S -I"$source_dir" -x c++ -o - - <<'END'
#include "common/core/prefetch.hpp"
[[gnu::noinline]] static void fetch_early(const int* from, int count) noexcept {
  if (count > 0) voice::prefetch(from, 64);
}
extern "C" void caller(const int* from, int count) { fetch_early(from, count); }
END
)
[[ $(sed -n '/^_\{0,1\}caller:/,/\.size/p' <<<"$assembly") == *fetch_early* ]] || {
  echo "prefetch_test: $compiler drops the call of a function that only prefetches:" >&2
  echo "$assembly" >&2
  exit 1
}
