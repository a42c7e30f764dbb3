#!/usr/bin/env bash
# package_test.sh PACKAGES BASE: checks the Debian packages in the folder PACKAGES with lintian, and in a fresh Debian
# with its own systemd: installs and enables them, holds a call, reloads, upgrades during the call, removes and purges
# them. BASE is a minimal Debian, which is made if it does not exist. Exit 77 (skipped) where that is not possible.
set -euo pipefail
packages=$(realpath "$1")
base=$(realpath -m "$2")
# shellcheck source=tests/support/systemd_trial.sh
. "$(dirname "${BASH_SOURCE[0]}")/systemd_trial.sh"
root=$base-packages
scratch=$(mktemp -d)

"$namespace" check
trap '"$namespace" stop "$root"; rm -rf "$root" "$root.console" "$scratch"' EXIT

# apt ARGUMENT…: apt-get without questions.
apt_options=(-q -y --no-install-recommends -o Dpkg::Use-Pty=0)
apt() {
  inside env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" "$@" >"$scratch/apt.log" 2>&1 || {
    cat "$scratch/apt.log" >&2
    fail "apt-get $*"
  }
}

# How often a participant has joined.
joined() { journal voiced | grep -c "participant joined " || true; }
version_of() { dpkg-deb --field "$1" Version; }
# The loudest sample of a 16-bit WAV file, whose header has 44 bytes.
loudest() {
  od -A n -t d2 -v -j 44 "$1" | awk '{ for (i = 1; i <= NF; ++i) if ($i > max) max = $i } END { print max + 0 }'
}
# All files that packages may own or leave behind, without the bookkeeping of dpkg, apt and systemd.
files() {
  find "$root"/{etc,usr,var/lib,var/cache,opt,home,root,srv} \
    \( -path "$root/var/lib/dpkg" -o -path "$root/var/lib/apt" -o -path "$root/var/cache" -o \
    -path "$root/var/lib/systemd" -o -path "$root/etc/ld.so.cache" \) -prune -o -printf '/%P %y %l\n' | sort
}

# The checks that lintian makes for packages of Debian itself. The only one to fail is about a script for other init
# systems.
voiced=$(echo "$packages"/voiced_*.deb)
voicecli=$(echo "$packages"/voicecli_*.deb)
lintian --allow-root --display-info --fail-on error,warning,info \
  --suppress-tags package-supports-alternative-init-but-no-init.d-script "$voiced" "$voicecli" ||
  fail "lintian finds fault"
told "lintian finds no fault"
if dpkg-deb --field "$voiced" Depends | grep -E 'portaudio|sndfile|speex|asound|pulse'; then
  fail "voiced depends on a sound library"
fi

# The same package with a higher version, in place of a new release.
mkdir "$scratch/next"
(cd "$packages" && cpack -D CPACK_DEBIAN_PACKAGE_VERSION="$(version_of "$voiced")+next" -B "$scratch/next" \
  >"$scratch/cpack.log" 2>&1) || fail "$(cat "$scratch/cpack.log")"

# A fresh Debian. Dependencies are downloaded beforehand, because the system under test has no network.
"$namespace" make "$base"
mkdir -p "$base/packages"
cp "$voiced" "$voicecli" "$base/packages"
mapfile -t wanted < <(cd "$base" && find packages -name '*.deb' -printf '/%p\n')
fetch() {
  chroot "$base" env DEBIAN_FRONTEND=noninteractive apt-get "${apt_options[@]}" "$@" >"$scratch/fetch.log" 2>&1
}
fetch --download-only install "${wanted[@]}" ||
  { fetch update && fetch --download-only install "${wanted[@]}"; } ||
  fail "$(cat "$scratch/fetch.log")"
rm -rf "$root" "$base/packages"
cp -a --reflink=auto "$base" "$root"
mkdir "$root/packages"
cp "$voiced" "$voicecli" "$scratch"/next/*.deb "$root/packages"
"$namespace" start "$root"
files >"$scratch/before"

apt install "/packages/$(basename "$voiced")"
is voiced ActiveState inactive || fail "installing alone opens a port"
inside voiced --check-config >/dev/null || fail "refuses its own configuration"
[[ -z $(inside dpkg --verify voiced) ]] || fail "files are not as they were packed"
told "installed, and not running unasked"

inside systemctl enable --now voiced 2>/dev/null || fail "cannot be enabled and started"
is voiced ActiveState active || fail "is not active"
is voiced UnitFileState enabled || fail "is not enabled"
told "enabled and running"

apt install "/packages/$(basename "$voicecli")"
inside systemd-run --quiet --unit talker voicecli 127.0.0.1 --name Talker --input tone:440 --output null
soon "a talker from the package voicecli" says voiced "participant joined "
inside voicecli 127.0.0.1 --name Listener --input null --output null --record /srv/heard.wav --duration 3 \
  --no-reconnect >/dev/null 2>&1 || fail "a call ends with $?"
(($(loudest "$root/srv/heard.wav") > 3000)) || fail "heard nothing: at most $(loudest "$root/srv/heard.wav")"
told "a call of two: heard at most $(loudest "$root/srv/heard.wav") of 32767"
rm "$root/srv/heard.wav"

# A listener that counts what it misses.
inside systemd-run --quiet --unit listener --property StandardOutput=file:/srv/listener.json \
  voicecli 127.0.0.1 --name Anna --input null --output null --json
in_last_second() {
  grep '"type":"stats"' "$root/srv/listener.json" | tail -n 1 | grep -o "\"$1\":[0-9]*" | cut -d: -f2
}
hears() { (($(in_last_second packets_received) > $1)); }
soon "a listener who keeps count" hears 100
inside voicectl list --json | grep -q '"name":"Talker"' || fail "voicectl does not see the talker"
inside voicectl status | grep -qE '^participants +2$' || fail "voicectl counts: $(inside voicectl status)"
told "voicectl sees both"

sed -i -e 's/^#jitter-depth = .*/jitter-depth = 10/' -e 's/^#log-level = .*/log-level = debug/' \
  "$root/etc/voiced/voiced.conf"
before=$(in_last_second packets_received)
inside systemctl reload voiced || fail "cannot be reloaded"
soon "reloaded with the call going on" says voiced "setting changed name=jitter-depth from=0 to=10"
says voiced "setting changed name=log-level" >/dev/null || fail "the log level has not changed"
soon "the call goes on" hears $((before + 150))
for what in lost late duplicates overflows; do
  (($(in_last_second "$what") == 0)) || fail "the reload cost the listener: $what=$(in_last_second "$what")"
done
(($(joined) == 3)) || fail "the reload cost a connection"
inside voicectl ban 198.51.100.7 --reason trial >/dev/null || fail "cannot ban"
# The ban reaches the disk a moment later, because a slow disk must not stop the mixer.
soon "the ban is kept" grep -q 198.51.100.7 "$root/var/lib/private/voiced/bans"

# If the mixer stops, voiced is restarted without anybody's help.
inside kill -STOP "$(property voiced MainPID)"
both_are_back() { (($(joined) == $1)); }
soon "the watchdog has restarted a voiced that stood still, and both are back by themselves" both_are_back 5
inside voicectl bans | grep -q 198.51.100.7 || fail "the ban has not outlasted the restart"

echo "port = 7001" >"$root/etc/voiced/workshop.conf"
inside systemctl enable --now voiced@workshop 2>/dev/null || fail "no second conference"
process=$(property voiced MainPID)
second=$(property voiced@workshop MainPID)
apt install "/packages/$(cd "$scratch/next" && echo voiced_*.deb)"
inside dpkg-query --status voiced | grep -q '^Version: .*+next$' || fail "is not the higher version"
is voiced ActiveState active || fail "is not active after an upgrade"
[[ $(property voiced MainPID) != "$process" ]] || fail "an upgrade leaves the old program running"
[[ $(property voiced@workshop MainPID) != "$second" ]] || fail "an upgrade forgets voiced@workshop"
grep -qx "jitter-depth = 10" "$root/etc/voiced/voiced.conf" || fail "an upgrade loses the configuration"
soon "upgraded with the call going on; both are back by themselves" both_are_back 7
inside systemctl stop talker listener
rm "$root/srv/listener.json"

# A password in a file that only root can read.
drop_in=$root/etc/systemd/system/voiced.service.d
mkdir "$drop_in"
printf '[Service]\nLoadCredential=password:/etc/voiced/password\n' >"$drop_in/password.conf"
echo "open sesame" >"$root/etc/voiced/password"
chmod 600 "$root/etc/voiced/password"
inside systemctl daemon-reload
# shellcheck disable=SC2016  # the service's own variable
if [[ $(inside systemd-run --quiet --wait --pipe --property LoadCredential=password:/etc/voiced/password \
  sh -c 'cat "$CREDENTIALS_DIRECTORY/password"' 2>/dev/null) == "open sesame" ]]; then
  inside systemctl restart voiced || fail "does not start with a password"
  call() { inside voicecli 127.0.0.1 --input null --output null --duration 1 "$@" >/dev/null 2>&1; }
  call --password-file /etc/voiced/password || fail "the password is not taken: $?"
  result=0
  call || result=$?
  ((result == 4)) || fail "without the password a call ends with $result instead of 4"
  told "a password handed over by LoadCredential"
else
  # Here, systemd cannot pass credentials. voiced must not start without the password.
  if inside systemctl restart voiced 2>/dev/null; then fail "starts without the password it was to have"; fi
  says voiced "credential: " >/dev/null || fail "does not say what is missing"
  told "no credentials in this namespace: voiced does not start without the password it was to have"
fi
rm -r "$drop_in" "$root/etc/voiced/password"
inside systemctl daemon-reload
inside systemctl restart voiced

apt remove voiced
is voiced ActiveState inactive || fail "runs on after having been removed"
is voiced@workshop ActiveState inactive || fail "voiced@workshop runs on after its removal"
[[ -f $root/etc/voiced/voiced.conf ]] || fail "removing takes the configuration away"
apt install "/packages/$(cd "$scratch/next" && echo voiced_*.deb)"
is voiced UnitFileState enabled || fail "removed and installed again, it is no longer enabled"
told "removed, the configuration kept; installed again"

apt purge voiced voicecli
apt autoremove --purge
files >"$scratch/after"
diff "$scratch/before" "$scratch/after" >&2 || fail "purging leaves something behind (>), or takes too much (<)"
told "purged: nothing is left"
told "all is well"
