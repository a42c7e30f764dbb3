#!/usr/bin/env bash
# Installs what is missing, builds the release preset, and starts voiced; or holds a whole call (--demo).
set -euo pipefail
started_in=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

usage() {
  cat <<'END'
Usage: ./run.sh [OPTION OF VOICED...]    build, then relay voices with config/voiced.conf until Ctrl-C
       ./run.sh --demo [DIRECTORY]       build, then hold a call between four clients on this machine, check what each
                                         heard, and leave the recordings in DIRECTORY (demo-out)
       ./run.sh --build                  build only: voiced, voicecli and voicectl, in build/release/bin
       ./run.sh -h | --help              this text

Options of voiced override the file: ./run.sh --port 7001 --sample-rate 44100. With --config, voiced reads another file.
END
}

# The addresses under which other machines may reach this one.
addresses() {
  if hostname -I >/dev/null 2>&1; then
    hostname -I | tr ' ' '\n' | grep -v '^$' || true
  elif command -v ifconfig >/dev/null; then
    ifconfig | awk '$1 == "inet" && $2 !~ /^127\./ { print $2 }'
  fi
}

# print_how_to_connect PORT FLAG [ADDRESS...]: by default, for all addresses of this machine. FLAG: "" or " --tls".
print_how_to_connect() {
  local port=$1 flag=$2 address elsewhere=""
  shift 2
  if (($# == 0)); then
    # shellcheck disable=SC2046 # addresses hold no blanks
    set -- 127.0.0.1 $(addresses)
  fi
  say ""
  say "voiced relays voices on port $port${flag:+, encrypted}. To join:"
  for address in "$@"; do
    case $address in
      fe80:* | 169.254.*) ;;  # link-local: useless without the name of an interface
      127.* | ::1) say "  on this machine       $programs/voicecli$flag --host $address --port $port" ;;
      *)
        say "  from another machine  voicecli$flag --host $address --port $port"
        elsewhere=yes
        ;;
    esac
  done
  [[ -z $elsewhere ]] ||
    say "  (build it there first: ./run.sh --build; the firewall of this machine must let TCP port $port in)"
  say "Without a sound card: --input speech.wav --output heard.wav. Ctrl-C ends the server."
  say ""
}

# setting NAME: its value in the output of `voiced --print-config`, as words.
setting() { sed -nE "s/^$1 = ([^#]*).*/\1/p" <<<"$settings" | tr -d '"[],' ; }

case ${1:-} in
  -h | --help)
    usage
    exit 0
    ;;
  --build)
    setup build
    build release voiced voicecli voicectl
    say "built: voiced, voicecli and voicectl in $PWD/build/release/bin"
    ;;
  --demo)
    (($# <= 2)) || die "--demo takes at most one directory"
    out=${2:-$PWD/demo-out}
    [[ $out == /* ]] || out=$started_in/$out
    setup build
    build release voiced voicecli call_report
    exec scripts/demo.sh build/release/bin "$out"
    ;;
  *)
    setup build
    build release voiced voicecli voicectl
    programs=build/release/bin
    [[ $started_in == "$PWD" ]] || programs=$PWD/$programs
    voiced=$PWD/build/release/bin/voiced
    file=(--config "$PWD/config/voiced.conf")
    for argument; do
      [[ $argument != --config && $argument != --config=* ]] || file=()
    done
    # Relative paths are the caller's.
    cd "$started_in"
    # The program itself knows which value wins: flag, environment or file.
    settings=$("$voiced" ${file[@]+"${file[@]}"} "$@" --print-config) || exit
    port=$(setting port | tr -d " ")
    # No port: another action such as --version was asked for. 0: the log will name the port.
    # shellcheck disable=SC2046 # addresses hold no blanks
    [[ -z $port || $port == 0 || $(setting listen) == none* ]] || print_how_to_connect "$port" "" $(setting listen)
    # Each is PORT or ADDRESS:PORT.
    # shellcheck disable=SC2046 # addresses hold no blanks
    for place in $(setting listen-tls); do
      [[ ${place##*:} == 0 ]] ||
        print_how_to_connect "${place##*:}" " --tls" $([[ $place != *:* ]] || echo "${place%:*}")
    done
    exec "$voiced" ${file[@]+"${file[@]}"} "$@"
    ;;
esac
