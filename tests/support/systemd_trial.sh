# shellcheck shell=bash
# Helpers for tests of a service in a separate system (systemd_namespace.sh). Sourced by those tests, which set $root,
# the root folder of that system.
# shellcheck disable=SC2154
namespace=$(dirname "${BASH_SOURCE[0]}")/systemd_namespace.sh
trial=$(basename "$0" .sh)

inside() { "$namespace" exec "$root" "$@"; }
property() { inside systemctl show --property "$2" --value "$1"; }
journal() { inside journalctl --no-pager --output cat --unit "$@"; }
is() { [[ $(property "$1" "$2") == "$3" ]]; }
# Not grep -q, which stops reading at the first match, so that journalctl would fail.
says() { journal "$1" | grep -F -- "$2"; }

told() { echo "$trial: $*"; }

fail() {
  echo "$trial: FAILED: $*" >&2
  journal 'voiced*' 2>/dev/null | tail -n 40 >&2 || true
  exit 1
}

# soon TEXT COMMAND…: repeats the command until it succeeds; fails after half a minute.
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
