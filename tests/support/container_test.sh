#!/usr/bin/env bash
# container_test.sh SOURCE BASE: executes SOURCE/packaging/Containerfile line by line, with the minimal Debian BASE
# instead of an image and chroot instead of containers, then starts the resulting voiced and connects to it. For
# machines without podman or without access to a registry. It understands only the instructions that the file uses.
# Needs root, and access to Debian's archive. Exit 77 (skipped) where that is not possible.
set -euo pipefail
set -f  # do not expand patterns in the file
source_dir=$(realpath "$1")
base=$(realpath -m "$2")
namespace=$(dirname "${BASH_SOURCE[0]}")/systemd_namespace.sh

"$namespace" check
"$namespace" make "$base"
work=$(mktemp -d "$base-container.XXXX")
server=""
trap '[[ -z $server ]] || kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT

fail() {
  echo "container_test: FAILED: $*" >&2
  exit 1
}

# The build context: all files except those in .containerignore.
context=$work/context
mkdir "$context"
grep -v '^#' "$source_dir/.containerignore" | sed 's|^|./|' >"$work/ignored"
tar --create --directory "$source_dir" --exclude-from "$work/ignored" . | tar --extract --directory "$context"

stage="" user=0:0 entry=()
declare -A stages=()
run() { chroot "$stage" /bin/sh -c "$1" >"$work/log" 2>&1 || fail "RUN $1"$'\n'"$(tail -n 30 "$work/log")"; }
step() {
  local word=$1 rest=${*:2} from=$context name
  echo "container_test: ${word} ${rest:0:90}"
  case $word in
    FROM)
      name=${rest##* AS }
      stage=$work/stage${#stages[@]}
      stages[$name]=$stage
      cp -a --reflink=auto "$base" "$stage"
      ;;
    RUN) run "$rest" ;;
    COPY)
      if [[ $2 == --from=* ]]; then
        from=${stages[${2#--from=}]}
        shift
      fi
      if [[ -d $from/$2 ]]; then
        mkdir -p "$stage$3"
        cp -a "$from/$2/." "$stage$3"
      else
        cp -a "$from/$2" "$stage$3"
      fi
      ;;
    USER) user=$rest ;;
    ENTRYPOINT) mapfile -t entry < <(tr -d '[]" ' <<<"$rest" | tr ',' '\n') ;;
    EXPOSE) ;;
    *) fail "what is $word?" ;;
  esac
}

# Joins lines that end in a backslash; skips comments and empty lines.
while read -r line; do
  if [[ -z $line || $line == \#* ]]; then continue; fi
  # shellcheck disable=SC2086 # split into words on purpose
  step $line
done < <(sed -e ':more' -e '/\\$/ { N; s/\\\n */ /; b more }' "$source_dir/packaging/Containerfile")

chroot --userspec "$user" "$stage" "${entry[@]}" --listen 127.0.0.1 --port 0 >"$work/log" 2>&1 &
server=$!
for _ in $(seq 50); do
  port=$(sed -nE 's/.*listening on=[^ ]*:([0-9]+) .*/\1/p' "$work/log")
  [[ -z $port ]] || break
  sleep 0.1
done
[[ -n $port ]] || fail "does not start: $(cat "$work/log")"
exec 3<>"/dev/tcp/127.0.0.1/$port"
timeout 5 head -c 20 <&3 | grep -aq SamplesPerSecond || fail "announces nothing"
[[ $(stat -c %u "/proc/$server") == "${user%:*}" ]] || fail "runs as another user"
kill -TERM "$server"
wait "$server" || fail "SIGTERM ends it with $?"
server=""
echo "container_test: all is well"
