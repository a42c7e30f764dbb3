#!/usr/bin/env bash
# A private PulseAudio server with two silent sinks, "mic" and "spk", for tests on machines without sound hardware.
# The default microphone is what is played into "mic"; the default loudspeaker is "spk", heard at "spk.monitor".
#
#   pulse_audio.sh check              exit 77 and say why if this machine cannot run it
#   pulse_audio.sh start DIR [RATE]   start it (8000 Hz); DIR is made, holds all of its files, and needs a short path
#   pulse_audio.sh env DIR            NAME=VALUE lines that make a program use it: env $(pulse_audio.sh env DIR) …
#   pulse_audio.sh kill DIR           kill -9: the server vanishes as in a crash; start brings it back
#   pulse_audio.sh plug DIR NAME      one more sink, with its monitor
#   pulse_audio.sh unplug DIR NAME    remove a sink: what uses it moves to another one, or ends
#   pulse_audio.sh prefer DIR NAME    make the source NAME the default microphone
#   pulse_audio.sh stall|resume DIR   make the server hang; let it continue
#   pulse_audio.sh stop DIR           end it
set -euo pipefail

# The exit code of a skipped test for CTest and automake.
skipped=77
start_seconds_max=120

say() { echo "pulse_audio.sh: $*" >&2; }

check() {
  local program
  for program in pulseaudio pactl parec paplay; do
    if ! command -v "$program" >/dev/null; then
      say "skipped: $program is missing (packages pulseaudio and pulseaudio-utils)"
      exit $skipped
    fi
  done
  local folder
  for folder in /usr/lib/*/alsa-lib /usr/lib64/alsa-lib /usr/lib/alsa-lib /usr/local/lib/alsa-lib; do
    [ -e "$folder/libasound_module_pcm_pulse.so" ] && return
  done
  say "skipped: ALSA's pulse plugin is missing (package libasound2-plugins)"
  exit $skipped
}

write_alsa_configuration() {
  cat >"$1/asound.conf" <<'EOF'
# ALSA's whole configuration while a test runs: the default devices, and two with names.
pcm.default { type pulse hint { show on description "the test server" } }
ctl.default { type pulse }
pcm.voice_mic { type pulse device "mic.monitor" hint { show on description "test microphone" } }
pcm.voice_spk { type pulse device "spk" hint { show on description "test loudspeaker" } }
EOF
}

print_env() {
  echo "PULSE_SERVER=unix:$1/native"
  echo "PULSE_RUNTIME_PATH=$1"
  echo "PULSE_COOKIE=$1/cookie"
  echo "PULSE_CLIENTCONFIG=$1/client.conf"
  echo "ALSA_CONFIG_PATH=$1/asound.conf"
}

use_env() {
  local line
  while read -r line; do export "${line?}"; done < <(print_env "$1")
}

is_up() { pactl info >/dev/null 2>&1; }

start() {
  local dir=$1 rate=${2:-8000}
  mkdir -p "$dir"
  chmod 700 "$dir"
  rm -f "$dir/native"
  echo "autospawn = no" >"$dir/client.conf"
  write_alsa_configuration "$dir"
  use_env "$dir"
  # norewinds: without it, the first two seconds of what is played are missing in the monitor.
  local sink="rate=$rate channels=1 format=s16le norewinds=1"
  HOME=$dir XDG_RUNTIME_DIR=$dir pulseaudio -n --daemonize=no --exit-idle-time=-1 --use-pid-file=no \
    --disable-shm=yes --high-priority=no --realtime=no --log-target="file:$dir/pulse.log" \
    -L "module-native-protocol-unix auth-anonymous=1 socket=$dir/native" \
    -L "module-null-sink sink_name=mic $sink" -L "module-null-sink sink_name=spk $sink" \
    </dev/null >/dev/null 2>&1 &
  echo $! >"$dir/pid"
  # It usually takes 50 ms, but may take a minute on a machine that is building on all cores.
  while ((SECONDS < start_seconds_max)); do
    if [ -S "$dir/native" ] && is_up; then
      pactl set-default-sink spk
      pactl set-default-source mic.monitor
      return
    fi
    kill -0 "$(cat "$dir/pid")" 2>/dev/null || break
    sleep 0.05
  done
  say "the server does not answer after $SECONDS s; the end of its log:"
  tail -n 20 "$dir/pulse.log" >&2
  exit 1
}

# The process is not a child of this shell, so `wait` cannot wait for it.
end() {
  local signal=$1 dir=$2 pid
  pid=$(cat "$dir/pid")
  kill -CONT "$pid" 2>/dev/null || true
  kill "-$signal" "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null && ! grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null; do
    sleep 0.02
  done
  rm -f "$dir/native"
}

unplug() {
  local module
  module=$(pactl list short modules |
    awk -v name="sink_name=$1" '{ for (i = 3; i <= NF; i++) if ($i == name) print $1 }')
  pactl unload-module "$module"
}

case ${1:-} in
  plug | unplug | prefer) use_env "$2" ;;&
  plug) pactl load-module module-null-sink sink_name="$3" rate=8000 channels=1 >/dev/null ;;
  unplug) unplug "$3" ;;
  prefer) pactl set-default-source "$3" ;;
  check) check ;;
  start) start "${@:2}" ;;
  env) print_env "$2" ;;
  kill) end KILL "$2" ;;
  stop) end TERM "$2" ;;
  stall) kill -STOP "$(cat "$2/pid")" ;;
  resume) kill -CONT "$(cat "$2/pid")" ;;
  *)
    sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2
    exit 2
    ;;
esac
