# zsh_candidates.zsh FOLDER LINE: what zsh offers when Tab is pressed behind LINE, one a line, with the completions of
# FOLDER. A shell of its own on a terminal of its own: completions run nowhere else.
zmodload zsh/zpty
hits=$(mktemp)
trap 'rm -f $hits' EXIT

zpty shell zsh -f -i
zpty -w shell "PROMPT= fpath=(${(q)1} \$fpath) hits=${(q)hits}"
zpty -w shell '
autoload -Uz compinit && compinit -u -D
# What would be shown goes into the file instead. Calls that only sort candidates are let through.
compadd() {
  if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
    local -a zsh_candidates_hits
    builtin compadd -A zsh_candidates_hits "$@"
    (( $#zsh_candidates_hits == 0 )) || print -rl -- $zsh_candidates_hits >>$hits
  fi
  builtin compadd "$@"
}
told() { print done >>$hits.done; zle kill-whole-line }
zle -N told
bindkey "^T" told
print ready'
zpty -r shell answer '*ready*ready*' || exit 1
zpty -w -n shell "$2"$'\t\x14'
for (( i = 0; i < 100; ++i )); do
  [[ -e $hits.done ]] && break
  sleep 0.1
done
rm -f $hits.done
cat $hits
