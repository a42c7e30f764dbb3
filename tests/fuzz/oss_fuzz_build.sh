#!/usr/bin/env bash
# For OSS-Fuzz's build.sh, which passes its compiler, flags and engine in CC, CXX, CFLAGS, CXXFLAGS and
# LIB_FUZZING_ENGINE. Targets, corpora and dictionaries are written to OUT. The image needs zip and the packages of
# scripts/setup.sh (group "build"). To try it without OSS-Fuzz:
#   CXX=clang++ CXXFLAGS="-fsanitize=fuzzer-no-link,address" LIB_FUZZING_ENGINE=-fsanitize=fuzzer OUT=/tmp/out \
#     tests/fuzz/oss_fuzz_build.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${WORK:-$(mktemp -d)}/voiced-fuzz

cmake -S "$here/../.." -B "$build" -DCMAKE_BUILD_TYPE=None -DVOICE_BUILD_FUZZERS=ON \
  "-DVOICE_FUZZING_ENGINE=$LIB_FUZZING_ENGINE"
cmake --build "$build" --target fuzzers --parallel "$(getconf _NPROCESSORS_ONLN)"

mkdir -p "$OUT"
for target in "$build"/bin/*_fuzz; do
  name=$(basename "$target")
  cp "$target" "$OUT/"
  (cd "$here/corpus/$name" && zip -q -r "$OUT/${name}_seed_corpus.zip" .)
done
for name in session_fuzz call_fuzz deframer_fuzz; do cp "$here/dictionaries/stream.dict" "$OUT/$name.dict"; done
for name in rtp text config http proxy; do cp "$here/dictionaries/$name.dict" "$OUT/${name}_fuzz.dict"; done
