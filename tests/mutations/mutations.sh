#!/usr/bin/env bash
# Breaks the code on purpose, one way after the other, and demands that a unit test notices each. What is in the core is
# built without everything else.
#
#   mutations.sh BUILD [NAME...]   those patches beside this file (all of them), in a copy of the tree in BUILD
#   mutations.sh --fit             only whether each of them still fits the code; 77 without the command patch
#
# Each patch begins with a sentence that says what it breaks. Out: a line per mutation, with the tests that failed;
# exit 1 when one was noticed by none, or when a patch no longer fits the code it is meant for.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

apply() { patch -p1 --forward --fuzz=0 --no-backup-if-mismatch "$@"; }

# In no time, so that it is noticed when the code is changed, and not when the mutations are next tried.
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

# A copy, so that nobody's work is touched. Only what differs is written, and so compiled again: also what a run that
# was broken off has left mutated.
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

# In the core, the simulator notices much, too.
compile() {
  local targets=(unit_tests)
  [[ $build != */core ]] || targets=(all)
  cmake --build "$build" --parallel "$(getconf _NPROCESSORS_ONLN)" --target "${targets[@]}" >"$log" 2>&1
}

# The tests of ./test.sh that need nothing but the core; not the day of drift, which takes longer than all others.
run_tests() {
  local only=()
  [[ $build == */core ]] || only=(--label-regex '^unit$')
  ctest --test-dir "$build" --no-tests=error --parallel "$(getconf _NPROCESSORS_ONLN)" --timeout 60 \
    -E '^simulator: drift' --label-exclude '^whole$' "${only[@]}" >"$log" 2>&1
}

failed_tests() { sed -nE 's/^[[:space:]]+[0-9]+ - (.*) \([^()]*\)$/\1/p' "$log"; }

# prepare core|whole: from now on, that is built. A test that fails anyway notices nothing.
prepared=()
prepare() {
  build=$work/$1
  [[ " ${prepared[*]} " != *" $1 "* ]] || return 0
  configure
  compile || { tail -n 30 "$log" >&2; die "the tree does not build as it is"; }
  run_tests || { tail -n 30 "$log" >&2; die "tests fail on the tree as it is"; }
  prepared+=("$1")
}

# Whether the core contains all that this mutation breaks. A header is taken for a part of its folder.
is_in_core() {
  local file
  while IFS= read -r file; do
    [[ $file != *.hpp ]] || file=${file%/*}/
    grep -qF "$tree/$file" "$work/core/compile_commands.json" || return 1
  done < <(sed -nE 's#^\+\+\+ b/(.*)#\1#p' "$here/$1.patch")
}

# try NAME: applies it, builds, tests, takes it back.
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
