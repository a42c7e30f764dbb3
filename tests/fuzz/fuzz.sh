#!/usr/bin/env bash
# Runs the fuzz targets of a build. Exit 0 if there was no finding. Findings are in BUILD/findings/TARGET, and the
# command that replays them is printed.
#
#   fuzz.sh run BUILD MINUTES [TARGET...]  each target for MINUTES, as many at once as there are processors
#   fuzz.sh minimise BUILD [TARGET...]     keeps in corpus/ a small set of the inputs found that covers the same code
#   fuzz.sh coverage BUILD [FILE...]       replays corpus/ in a build with coverage (README.md), reports FILEs
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

all_targets() {
  local source
  for source in "$here"/*_fuzz.cpp; do basename "$source" .cpp; done
}

dictionary() {
  case $1 in
    session_fuzz | call_fuzz | deframer_fuzz) echo "-dict=$here/dictionaries/stream.dict" ;;
    rtp_fuzz) echo "-dict=$here/dictionaries/rtp.dict" ;;
    text_fuzz | voice1_fuzz) echo "-dict=$here/dictionaries/text.dict" ;;
    proxy_fuzz) echo "-dict=$here/dictionaries/proxy.dict" ;;
    http_fuzz) echo "-dict=$here/dictionaries/http.dict" ;;
    config_fuzz) echo "-dict=$here/dictionaries/config.dict" ;;
    *) ;;
  esac
}

run_one() {
  local build=$1 minutes=$2 target=$3
  local found=$build/corpus/$target findings=$build/findings/$target log=$build/$target.log
  mkdir -p "$found" "$findings"
  local arguments=("-max_total_time=$(awk "BEGIN { print int($minutes * 60) }")" -max_len=4096
    -timeout=10 "-artifact_prefix=$findings/")
  if [[ -n $(dictionary "$target") ]]; then arguments+=("$(dictionary "$target")"); fi
  if "$build/bin/$target" "${arguments[@]}" "$found" "$here/corpus/$target" >"$log" 2>&1; then
    printf '%-16s %s\n' "$target" "$(grep DONE "$log")"
    return
  fi
  tail -40 "$log" >&2
  printf 'finding: %s\nreplay: %s FILE, one of:\n' "$target" "$build/bin/$target" >&2
  ls "$findings" >&2
  return 1
}

run() {
  local build=$1 minutes=$2
  shift 2
  (($# != 0)) || mapfile -t targets < <(all_targets)
  (($# == 0)) || targets=("$@")
  printf '%s\n' "${targets[@]}" |
    xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' "$here/fuzz.sh" run_one "$build" "$minutes" '{}' ||
    die "a fuzzer has found something"
}

minimise() {
  local build=$1 target fresh
  shift
  (($# != 0)) || mapfile -t targets < <(all_targets)
  (($# == 0)) || targets=("$@")
  for target in "${targets[@]}"; do
    fresh=$(mktemp -d)
    mkdir -p "$build/corpus/$target" "$here/corpus/$target"
    # A few small inputs, because the corpus in the tree serves as a regression test, not as a start for fuzzing.
    "$build/bin/$target" -set_cover_merge=1 -use_counters=0 -max_len=1200 "$fresh" "$here/corpus/$target" \
      "$build/corpus/$target" >/dev/null 2>&1
    # Inputs that reproduce past bugs are always kept.
    find "$here/corpus/$target" -name 'regression_*' -exec cp '{}' "$fresh" \;
    rm -rf "${here:?}/corpus/$target"
    mv "$fresh" "$here/corpus/$target"
    chmod 755 "$here/corpus/$target"
    printf '%-16s %s inputs, %s bytes\n' "$target" "$(find "$here/corpus/$target" -type f | wc -l)" \
      "$(cat "$here/corpus/$target"/* | wc -c)"
  done
}

# coverage_of FILE...: the rows of llvm-cov's table whose path begins with one of FILE, and their sum.
coverage_of() {
  awk -v wanted="$*" '
    function percent(all, missed) { return all == 0 ? "-" : sprintf("%.2f%%", 100 * (all - missed) / all) }
    function row(name, r, rm, l, lm, b, bm) {
      printf "%-40s %8s %8s %8s\n", name, percent(r, rm), percent(l, lm), percent(b, bm)
    }
    BEGIN {
      count = split(wanted, prefixes, " ")
      printf "%-40s %8s %8s %8s\n", "file", "regions", "lines", "branches"
    }
    NF != 13 || $1 == "TOTAL" { next }
    {
      shown = count == 0
      for (i = 1; i <= count; i++) if (index($1, prefixes[i]) == 1) shown = 1
      if (!shown) next
      row($1, $2, $3, $8, $9, $11, $12)
      r += $2; rm += $3; l += $8; lm += $9; b += $11; bm += $12
    }
    END { row("all of these", r, rm, l, lm, b, bm) }'
}

coverage() {
  local build=$1 target objects=()
  shift
  rm -f "$build"/*.profraw
  for target in $(all_targets); do
    LLVM_PROFILE_FILE=$build/$target.profraw "$build/bin/${target}_replay" "$here/corpus/$target" >/dev/null
    objects+=(-object "$build/bin/${target}_replay")
  done
  "${LLVM_PROFDATA:-llvm-profdata}" merge -o "$build/fuzz.profdata" "$build"/*.profraw
  # llvm-cov warns that functions in headers differ between the programs, and merges them.
  "${LLVM_COV:-llvm-cov}" report "${objects[@]:1}" -instr-profile="$build/fuzz.profdata" \
    -show-branch-summary 2>/dev/null | coverage_of "$@"
}

case ${1:-} in
  run | run_one | minimise | coverage)
    (($# >= 2)) || die "$1 needs a build directory"
    "$@"
    ;;
  *)
    sed -n '2,9p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
