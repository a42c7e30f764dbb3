#!/usr/bin/env bash
# offers.sh SHELL FOLDER LINE: what SHELL (bash, zsh, fish) offers after LINE, one a line and sorted, with the
# completions below FOLDER. The first word of LINE is the program's name.
set -euo pipefail
shell=$1
completions=$(realpath "$2")
line=$3
name=${line%% *}

# In bash, a completion is a function that gets the words of the line; `=` is a word of its own.
bash_offers() {
  local words=() word
  for word in $line; do
    if [[ $word == *=* ]]; then words+=("${word%%=*}" "=" "${word#*=}"); else words+=("$word"); fi
  done
  [[ $line != *' ' ]] || words+=("")
  # shellcheck disable=SC2016 # the inner bash fills these in
  bash -c '. "$0"
    COMP_WORDS=("${@:2}") COMP_CWORD=$(($# - 2))
    "_$1"
    printf "%s\n" "${COMPREPLY[@]}"' "$completions/bash/$name" "$name" "${words[@]}"
}
zsh_offers() { timeout 60 zsh -f "$(dirname "${BASH_SOURCE[0]}")/zsh_candidates.zsh" "$completions/zsh" "$line"; }
# fish offers a value together with its option.
fish_offers() {
  fish --no-config --command "source '$completions/fish/$name.fish'; complete --do-complete '$line'" |
    cut -f 1 | sed 's/^--[a-z-]*=//'
}

"${shell}_offers" | sed 's/=$//; /^$/d' | sort -u
