#!/usr/bin/env bash
# completion_test.sh SHELL PROGRAM COMPLETIONS: checks what SHELL (bash, zsh, fish) offers for the options of PROGRAM,
# with the files below COMPLETIONS: every option that --help names, and for a value whatever --help allows. Exits with
# 77 (skipped) where that shell is not installed.
set -euo pipefail
shell=$1
program=$(realpath "$2")
completions=$(realpath "$3")
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
name=$(basename "$program")

command -v "$shell" >/dev/null || {
  echo "skipped: $shell is not installed"
  exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch
touch "$scratch/a_file.conf"
cd "$scratch"

fail() {
  echo "completion_test: $shell: $*" >&2
  exit 1
}

offers() { "$here/offers.sh" "$shell" "$completions" "$name $1"; }

# expect LINE WORD...: exactly these words are offered.
expect() {
  local line=$1
  shift
  diff <(printf '%s\n' "$@" | sort -u) <(offers "$line") >"$scratch/diff" ||
    fail "\`$name $line\` (< should be offered, > is):"$'\n'"$(cat "$scratch/diff")"
}

case $shell in
  bash) bash -n "$completions/bash/$name" ;;
  zsh) zsh -n "$completions/zsh/_$name" ;;
  fish) fish --no-execute "$completions/fish/$name.fish" ;;
esac || fail "$name: not valid"

# Each option begins a line of --help; all its names come before the first blank.
"$program" --help >"$scratch/help"
mapfile -t flags < <(sed -nE 's/^  (-[^ ]*).*/\1/p' "$scratch/help" | tr ',' '\n' |
  sed -E 's/[{=].*//' | grep -E '^--')
((${#flags[@]} > 3)) || fail "--help names only ${#flags[@]} options"
expect "--" "${flags[@]}"

# --log-level TEXT:{trace,debug}=info
while read -r flag choices; do
  read -ra words <<<"${choices//,/ }"
  expect "$flag " "${words[@]}"
  mapfile -t alike < <(printf '%s\n' "${words[@]}" | grep "^${words[0]:0:1}")
  expect "$flag=${words[0]:0:1}" "${alike[@]}"
  echo "completion_test: $shell: $flag: ${words[*]}"
done < <(sed -nE 's/^  (--[a-z-]+) TEXT:\{([^}]*)\}.*/\1 \2/p' "$scratch/help")

# --config FILE, --port INT:0…65535=7000
while read -r flag type; do
  case $type in
    FILE* | PATH*) expect "$flag a_f" a_file.conf ;;
    INT* | FLOAT*) [[ $(offers "$flag ") == "" ]] || fail "something is offered where a number is expected: $flag" ;;
  esac
done < <(sed -nE 's/^  (--[a-z-]+) ([A-Z]+).*/\1 \2/p' "$scratch/help")
echo "completion_test: $shell: $name: ${#flags[@]} options"
