# zsh_candidates.zsh FOLDER LINE: what zsh offers when Tab is pressed after LINE, one candidate a line, with the
# completions in FOLDER. Runs a shell of its own on a terminal of its own: completions run nowhere else.
zmodload zsh/zpty
candidates_file=$(mktemp)
trap 'rm -f $candidates_file' EXIT

zpty shell zsh -f -i
zpty -w shell "PROMPT= fpath=(${(q)1} \$fpath) candidates_file=${(q)candidates_file}"
zpty -w shell '
autoload -Uz compinit && compinit -u -D
# What is shown goes into the file, too. Calls that only sort candidates write nothing.
compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a candidates_found
    builtin compadd -A candidates_found "$@"
    (( $#candidates_found == 0 )) || print -rl -- $candidates_found >>$candidates_file
  fi
  builtin compadd "$@"
}
told() { print done >>$candidates_file.done; zle kill-whole-line }
zle -N told
bindkey "^T" told
print ready'
zpty -r shell answer '*ready*ready*' || exit 1
zpty -w -n shell "$2"$'\t\x14'
for (( i = 0; i < 100; ++i )); do
  [[ -e $candidates_file.done ]] && break
  sleep 0.1
done
rm -f $candidates_file.done
cat $candidates_file
