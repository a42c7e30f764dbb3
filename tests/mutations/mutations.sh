#!/usr/bin/env bash
# Breaks the code on purpose, one mutation at a time: at least one test must fail for each. For mutations of the core,
# only the core is built, with its unit tests and the simulator.
#
#   mutations.sh BUILD [NAME...]   the named patches beside this file (default: all), in a copy of the tree in BUILD
#   mutations.sh --fit             only checks that every patch still applies; exit 77 without the command patch
#
# Each patch begins with a sentence that says what it breaks. Prints each mutation with the tests that failed; exit 1 if
# there were none for one of them, or if a patch no longer applies.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

apply() { patch -p1 --forward --fuzz=0 --no-backup-if-mismatch "$@"; }

# Quick enough for every test run, so that whoever changes the code learns of it, not whoever next tries the mutations.
check_fit() {
  local patch_file misfits=0
  command -v patch >/dev/null || exit 77
  for patch_file in "$here"/*.patch; do
    apply --dry-run -d "$root" <"$patch_file" >&2 || {
      printf '%s no longer fits the code; write it anew\n' "$(basename "$patch_file")" >&2
      misfits=$((misfits + 1))
    }
  done
  exit $((misfits != 0))
}

[[ ${1:-} != --fit ]] || check_fit
(($# >= 1)) || die "usage: mutations.sh --fit | BUILD [NAME...]"
mkdir -p "$1"
work=$(cd "$1" && pwd)
shift
tree=$work/tree build=$work/core log=$work/log
names_shown=3
survivors=()

# Works on a copy of the tree. Only files that differ are copied, and so compiled again, including those that an
# interrupted run has left mutated.
copy_tree() {
  local fresh=$work/fresh file
  rm -rf "$fresh"
  mkdir -p "$fresh" "$tree"
  tar -C "$root" --exclude=./.git --exclude=./build --exclude=./demo-out -cf - . | tar -C "$fresh" -xf -
  while IFS= read -r -d '' file; do
    cmp -s "$fresh/$file" "$tree/$file" || {
      mkdir -p "$(dirname "$tree/$file")"
      cp "$fresh/$file" "$tree/$file"
    }
  done < <(cd "$fresh" && find . -type f -print0)
  while IFS= read -r -d '' file; do
    [[ -e $fresh/$file ]] || rm "$tree/$file"
  done < <(cd "$tree" && find . -type f -print0)
  rm -rf "$fresh"
}

configure() {
  local arguments=(-S "$tree" -B "$build" -DCMAKE_BUILD_TYPE=Debug "-DCMAKE_CXX_FLAGS_DEBUG=-O1")
  [[ $build != */core ]] || arguments+=(-DVOICE_CORE_ONLY=ON)
  if [[ ! -f $build/CMakeCache.txt ]]; then
    if command -v ninja >/dev/null; then arguments+=(-G Ninja); fi
    if command -v ccache >/dev/null; then arguments+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
  fi
  cmake "${arguments[@]}" >"$log" 2>&1 || { cat "$log" >&2; die "the copy cannot be configured"; }
}

# The simulator detects many mutations of the core, so it is built, too.
compile() {
  local targets=(unit_tests)
  [[ $build != */core ]] || targets=(all)
  cmake --build "$build" --parallel "$(getconf _NPROCESSORS_ONLN)" --target "${targets[@]}" >"$log" 2>&1
}

# The unit tests, and for the core the simulator, except the day of drift, which takes longer than all others.
run_tests() {
  local only=()
  [[ $build == */core ]] || only=(--label-regex '^unit$')
  ctest --test-dir "$build" --no-tests=error --parallel "$(getconf _NPROCESSORS_ONLN)" --timeout 60 \
    -E '^simulator: drift' --label-exclude '^whole$' "${only[@]}" >"$log" 2>&1
}

failed_tests() { sed -nE 's/^[[:space:]]+[0-9]+ - (.*) \([^()]*\)$/\1/p' "$log"; }

# prepare core|whole: selects what is built. Tests must pass without a mutation, or their failures would prove nothing.
prepared=()
prepare() {
  build=$work/$1
  [[ " ${prepared[*]} " != *" $1 "* ]] || return 0
  configure
  compile || { tail -n 30 "$log" >&2; die "the tree does not build as it is"; }
  run_tests || { tail -n 30 "$log" >&2; die "tests fail on the tree as it is"; }
  prepared+=("$1")
}

# Whether all files that this mutation changes belong to the core. A header counts as part of its folder.
is_in_core() {
  local file
  while IFS= read -r file; do
    [[ $file != *.hpp ]] || file=${file%/*}/
    grep -qF "$tree/$file" "$work/core/compile_commands.json" || return 1
  done < <(sed -nE 's#^\+\+\+ b/(.*)#\1#p' "$here/$1.patch")
}

# try NAME: applies the patch, builds, runs the tests, and reverts the patch.
try() {
  local name=$1 patch_file=$here/$1.patch killers=()
  [[ -f $patch_file ]] || die "no such mutation: $name"
  prepare core
  is_in_core "$name" || prepare whole
  apply -d "$tree" <"$patch_file" >"$log" 2>&1 ||
    { cat "$log" >&2; die "$name no longer fits the code; write it anew"; }
  compile || { tail -n 30 "$log" >&2; die "$name does not compile"; }
  run_tests || mapfile -t killers < <(failed_tests)
  patch -p1 --reverse --no-backup-if-mismatch -d "$tree" <"$patch_file" >/dev/null
  printf '%s: %s\n' "$name" "$(head -n 1 "$patch_file")"
  if ((${#killers[@]} == 0)); then
    survivors+=("$name")
    printf '  NOT NOTICED\n'
    return
  fi
  printf '  noticed by %d tests:\n' "${#killers[@]}"
  printf '    %s\n' "${killers[@]:0:names_shown}"
}

if (($# == 0)); then
  mapfile -t mutations < <(cd "$here" && printf '%s\n' *.patch | sed 's/\.patch$//')
else
  mutations=("$@")
fi

copy_tree
for mutation in "${mutations[@]}"; do try "$mutation"; done

printf '%d mutations, %d not noticed\n' "${#mutations[@]}" "${#survivors[@]}"
if ((${#survivors[@]} != 0)); then
  printf 'NOT NOTICED: %s\n' "${survivors[@]}" >&2
  exit 1
fi
