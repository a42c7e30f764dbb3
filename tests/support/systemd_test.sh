#!/usr/bin/env bash
# systemd_test.sh BUILD_DIR BASE: tests the installed voiced as a service of a real systemd, in its own namespaces:
# starting, reloading, a restart by the watchdog, a start by the socket, stopping. BASE is a minimal Debian, which is
# made if it does not exist, and is not changed. Exit 77 (skipped) where that is not possible.
set -euo pipefail
build_dir=$1
base=$(realpath -m "$2")
root=$base-service
# shellcheck source=tests/support/systemd_trial.sh
. "$(dirname "${BASH_SOURCE[0]}")/systemd_trial.sh"

"$namespace" check
"$namespace" make "$base"
trap '"$namespace" stop "$root"; rm -rf "$root" "$root.console"' EXIT
rm -rf "$root"
cp -a --reflink=auto "$base" "$root"

# The first message to a client, without the four bytes of its length.
announces() { inside bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && timeout 5 head -c 20 <&3" | grep -a SamplesPerSecond; }
tells() { property "$1" StatusText | grep -E "$2"; }
process_changed() { [[ $(property "$1" MainPID) != "$2" ]] && is "$1" ActiveState active; }

# The programs, the libraries that they need, and the units.
DESTDIR=$root cmake --install "$build_dir" --prefix /usr >/dev/null
while read -r library; do
  [[ -e $root$library ]] || install -D "$library" "$root$library"
done < <(ldd "$root"/usr/bin/voice{d,ctl} | awk '$3 ~ /^\// { print $3 }')
ldconfig -r "$root"
config=$root/etc/voiced/voiced.conf
echo "jitter-depth = 8" >"$config"
printf 'port = 7001\n' >"$root/etc/voiced/workshop.conf"
"$namespace" start "$root"
inside systemctl --version | head -n 1

inside systemctl start voiced || fail "does not start"
soon "ready only when it listens" announces 7000
soon "tells its status" tells voiced 'listening on .*:7000|participants: '
pid=$(property voiced MainPID)

echo "jitter-depth = 10" >"$config"
inside systemctl reload voiced || fail "cannot be reloaded"
soon "reloads" says voiced "setting changed name=jitter-depth from=8 to=10"
soon "is active again" is voiced ActiveState active
echo "jitter-depth = 1" >"$config"
if inside systemctl reload voiced; then fail "a reload that is refused succeeds"; fi
told "a reload that is refused fails"
soon "refuses a file with a mistake" says voiced "/etc/voiced/voiced.conf:1: jitter-depth: 1 is out of range"
echo "jitter-depth = 10" >"$config"
soon "goes on as before" is voiced ActiveState active
chmod 600 "$config"
if inside systemctl reload voiced; then fail "a reload of a file that cannot be read succeeds"; fi
chmod 644 "$config"
[[ $(property voiced MainPID) == "$pid" ]] || fail "a reload is not a restart"

inside kill -STOP "$pid"
soon "a mixer that stands still is restarted" process_changed voiced "$pid"
soon "by the watchdog" says voiced "Watchdog timeout"
[[ $(property voiced NRestarts) == 1 ]] || fail "restarted $(property voiced NRestarts) times"
soon "and serves again" announces 7000

inside systemctl start voiced@workshop || fail "no second conference"
soon "a second conference beside it" announces 7001
printf 'port = 7001\njitter-depth = 9\n' >"$root/etc/voiced/workshop.conf"
inside systemctl reload voiced@workshop || fail "the second conference cannot be reloaded"
says voiced@workshop "setting changed name=jitter-depth from=0 to=9" >/dev/null || fail "reloads another conference"

inside systemctl stop voiced voiced@workshop
is voiced Result success || fail "stopping ended with $(property voiced Result)"
is voiced ActiveState inactive || fail "is not inactive after stopping"
says voiced stopped >/dev/null || fail "has not stopped by itself"

# An address that does not exist for longer than systemd's default limit on restarts.
printf 'listen = "10.9.0.1"\n' >"$config"
inside systemctl start --no-block voiced
tried_six_times() { (($(property voiced NRestarts) >= 6)); }
soon "is tried again and again while its address is not there" tried_six_times
inside ip address add 10.9.0.1/32 dev lo
soon "is up when the address is" is voiced ActiveState active
inside systemctl stop voiced

chmod 600 "$config"
inside systemctl start voiced && fail "starts with a configuration that it cannot read"
is voiced ExecMainStatus 2 || fail "a configuration that cannot be read ends with $(property voiced ExecMainStatus)"
chmod 644 "$config"
inside systemctl reset-failed voiced
printf 'jitter-depth = 10\n' >"$config"

# A reload while voiced is being started: SIGHUP would end the shell, or any program that has not set a handler yet.
mkdir -p "$root/etc/systemd/system/voiced.service.d"
cat >"$root/etc/systemd/system/voiced.service.d/slow.conf" <<'END'
[Service]
ExecStart=
ExecStart=/bin/sh -c 'sleep 2; exec /usr/bin/voiced --config /etc/voiced/voiced.conf'
ExecReload=
ExecReload=/bin/kill -HUP $MAINPID
END
inside systemctl daemon-reload
inside systemctl start --no-block voiced
soon "is starting" is voiced ActiveState activating
inside systemctl reload voiced || fail "a reload while it starts fails"
soon "a reload while it starts waits until it is ready" says voiced "configuration reloaded"
is voiced NRestarts 0 || fail "a reload while it starts ended it"
echo "jitter-depth = 1" >"$config"
inside systemctl reload voiced
soon "the status says why SIGHUP changed nothing" tells voiced '^reload refused: .*jitter-depth: 1 is out of range'
soon "and goes on saying it" tells voiced '^participants: .*; reload refused: '
echo "jitter-depth = 10" >"$config"
inside systemctl stop voiced
rm "$root/etc/systemd/system/voiced.service.d/slow.conf"
inside systemctl daemon-reload

inside systemctl start voiced.socket || fail "the socket does not start"
is voiced ActiveState inactive || fail "the socket alone starts the service"
soon "is started by the first who connects" announces 7000
soon "with the socket of systemd" says voiced "using sockets from systemd count=1"
inside systemctl restart voiced
soon "and keeps it over a restart" announces 7000
inside systemctl stop voiced.socket voiced

inside systemd-analyze security --no-pager voiced | tail -n 1
told "all is well"
