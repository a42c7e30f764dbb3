# shellcheck shell=bash
# What is asked of a service in a system of its own (systemd_namespace.sh), and what is told of it. Sourced by the
# trials; they set $root, the system's root folder.
# shellcheck disable=SC2154
namespace=$(dirname "${BASH_SOURCE[0]}")/systemd_namespace.sh
trial=$(basename "$0" .sh)

inside() { "$namespace" exec "$root" "$@"; }
property() { inside systemctl show --property "$2" --value "$1"; }
journal() { inside journalctl --no-pager --output cat --unit "$@"; }
is() { [[ $(property "$1" "$2") == "$3" ]]; }
# grep reads to the end: with -q it would break the pipe it reads from.
says() { journal "$1" | grep -F -- "$2"; }

told() { echo "$trial: $*"; }

fail() {
  echo "$trial: FAILED: $*" >&2
  journal 'voiced*' 2>/dev/null | tail -n 40 >&2 || true
  exit 1
}

# soon TEXT COMMAND…: it succeeds within half a minute.
soon() {
  local text=$1
  shift
  for _ in $(seq 150); do
    if "$@" >/dev/null 2>&1; then
      told "$text"
      return 0
    fi
    sleep 0.2
  done
  fail "$text"
}
