#!/usr/bin/env bash
# Makes the recordings of the demo's three speakers anew: make_speech.sh [DIRECTORY], by default beside this script.
# Needs espeak-ng and sox. Every file is 7.3 s of µ-law at 8000 Hz in four slots, so that each speaker is heard alone,
# and all are heard at once:
#   0.0…1.9 s anna alone · 1.9…3.8 s boris alone · 3.8…5.7 s clara alone · 5.7…7.3 s all three
set -euo pipefail

target=$(realpath -m "${1:-$(dirname "${BASH_SOURCE[0]}")}")
for tool in espeak-ng sox; do
  command -v "$tool" >/dev/null || { echo "make_speech.sh: $tool is not installed" >&2; exit 1; }
done
mkdir -p "$target"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# say VOICE PITCH SECONDS TEXT FILE: one phrase, padded to the length of its slot, with the same peak for all.
say() {
  local voice=$1 pitch=$2 seconds=$3 text=$4 file=$5
  espeak-ng -v "$voice" -p "$pitch" -s 165 -w "$scratch/raw.wav" "$text"
  sox -V1 -R "$scratch/raw.wav" -r 8000 -c 1 -b 16 "$scratch/cut.wav" \
    silence 1 0.01 0.5% reverse silence 1 0.01 0.5% reverse norm -9 pad 0.05 0
  if awk -v is="$(soxi -D "$scratch/cut.wav")" -v most="$seconds" 'BEGIN { exit !(is > most) }'; then
    echo "make_speech.sh: \"$text\" takes longer than its $seconds s" >&2
    exit 1
  fi
  sox -V1 -R "$scratch/cut.wav" "$file" pad 0 2 trim 0 "$seconds"
}

# speaker NAME VOICE PITCH SILENCE_BEFORE SILENCE_AFTER ALONE TOGETHER
speaker() {
  local name=$1 voice=$2 pitch=$3 before=$4 after=$5 alone=$6 together=$7
  say "$voice" "$pitch" 1.9 "$alone" "$scratch/alone.wav"
  say "$voice" "$pitch" 1.6 "$together" "$scratch/together.wav"
  sox -V1 -R "$scratch/alone.wav" "$scratch/padded.wav" pad "$before" "$after"
  sox -V1 -R -D "$scratch/padded.wav" "$scratch/together.wav" -e mu-law "$target/$name.wav"
}

speaker anna en-us+f3 60 0 3.8 "Anna speaks first, alone." "Now all of us at once."
speaker boris en-gb+m3 25 1.9 1.9 "This is Boris, second voice." "Three voices in a call."
speaker clara en-gb-scotland+f5 80 3.8 0 "Clara is the third to talk." "Can you hear us all?"
ls -l "$target"/*.wav
