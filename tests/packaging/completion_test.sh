#!/usr/bin/env bash
# completion_test.sh SHELL PROGRAM COMPLETIONS: tests that SHELL (bash, zsh, fish), with the files in COMPLETIONS,
# offers all options that PROGRAM lists in --help, and for their values, those that --help lists. Exit 77 (skipped)
# where that shell is not installed.
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

# expect LINE WORD...: after LINE, exactly these words are offered.
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

# Each option begins a line of --help, with all its names before the first blank.
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
    INT* | FLOAT*) [[ $(offers "$flag ") == "" ]] || fail "something is offered where a number stands: $flag" ;;
  esac
done < <(sed -nE 's/^  (--[a-z-]+) ([A-Z]+).*/\1 \2/p' "$scratch/help")

# The words that come from a running voiced: a program in place of voicectl prints what it was asked.
if [[ $name == voicectl ]]; then
  mkdir "$scratch/stub"
  printf '#!/bin/sh\nIFS=/\necho "$*"\n' >"$scratch/stub/voicectl"
  chmod +x "$scratch/stub/voicectl"
  export PATH=$scratch/stub:$PATH
  for command in mute unmute gain kick move ban; do expect "$command " complete; done
  expect "unban " complete/--bans
  for command in lock unlock close open; do expect "$command " complete/--rooms; done
  expect "move Anna " complete/--rooms
  expect "invite --room " complete/--rooms
  [[ $(offers "lock studio ")$(offers "move Anna studio ") != *complete* ]] || fail "a word too many is offered"
  for line in "--instance workshop kick" "--instance=workshop kick" "kick --instance workshop" \
    "--instance other kick --instance workshop" "--json --instance 'workshop' kick"; do
    expect "$line " complete/--instance/workshop
  done
  expect "--instance workshop move Anna " complete/--rooms/--instance/workshop
  expect "--instance workshop unban " complete/--bans/--instance/workshop
  expect "--socket /x/y.sock kick " complete/--socket//x/y.sock
  expect "kick --socket=~/y.sock " "complete/--socket/$HOME/y.sock"
  # shellcheck disable=SC2016 # the shell that completes is not to expand them either
  for value in '$NAME' '$(touch ran)' '"$NAME"'; do
    [[ $(offers "--instance $value kick ") == "" ]] || fail "something is offered for --instance $value"
    [[ ! -e ran ]] || fail "a word of the line was run: $value"
  done
  # shellcheck disable=SC2016 # a name is not to be expanded
  name_of_guest='A;$(touch${IFS}ran)`touch${IFS}ran`'
  printf "#!/bin/sh\necho '%s'\n" "$name_of_guest" >"$scratch/stub/voicectl"
  [[ $shell == fish ]] || name_of_guest=$(printf %q "$name_of_guest")
  expect "kick " "$name_of_guest"
  expect "--instance workshop move Anna " "$name_of_guest"
  [[ ! -e ran ]] || fail "a name was run"
fi
echo "completion_test: $shell: $name: ${#flags[@]} options"
