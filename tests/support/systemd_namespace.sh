#!/usr/bin/env bash
# Runs systemd as PID 1 of its own namespaces, in a minimal Debian, to test the service on machines that do not run
# systemd themselves. Needs root and debootstrap.
#
#   systemd_namespace.sh check                exit 77 and say why if this machine cannot do it
#   systemd_namespace.sh make ROOT            put a minimal Debian with systemd into ROOT, once; about a minute
#   systemd_namespace.sh start ROOT           boot it, with its own processes, network, mounts and cgroups
#   systemd_namespace.sh exec ROOT COMMAND…   run a command in it
#   systemd_namespace.sh stop ROOT            kill all of its processes
set -euo pipefail

# The exit code of a skipped test for CTest and automake.
skipped=77

say() { echo "systemd_namespace.sh: $*" >&2; }

skip() {
  say "skipped: $*"
  exit $skipped
}

cgroup_root() { findmnt --noheadings --output TARGET --types cgroup2 | head -n 1; }

check() {
  ((EUID == 0)) || skip "it needs root"
  local program
  for program in debootstrap unshare nsenter findmnt pivot_root; do
    command -v "$program" >/dev/null || skip "$program is missing (packages debootstrap, util-linux, mount)"
  done
  [[ -n $(cgroup_root) ]] || skip "no cgroup2 is mounted"
  unshare --pid --fork --mount --uts --ipc --net --cgroup true 2>/dev/null || skip "no namespaces here"
}

make_root() {
  local root=$1 release
  [[ ! -e $root/.complete ]] || return 0
  rm -rf "$root"
  release=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
  debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,procps,iproute2 "$release" "$root" \
    >"$root.log" 2>&1 || {
    tail -n 5 "$root.log" >&2
    exit 1
  }
  touch "$root/.complete"
}

# Runs as the first process of the new namespaces, and becomes systemd.
become_systemd() {
  local root=$1 name
  mount --bind "$root" "$root"
  mount -t proc proc "$root/proc"
  # Do not change the settings of the machine's kernel.
  for name in sys sysrq-trigger irq; do
    [[ -e $root/proc/$name ]] || continue
    mount --bind "$root/proc/$name" "$root/proc/$name"
    mount -o remount,bind,ro "$root/proc/$name"
  done
  mount -t sysfs -o ro sysfs "$root/sys"
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 "$root/sys/fs/cgroup"
  mount -t tmpfs tmpfs "$root/run"
  mount -t tmpfs tmpfs "$root/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$root/dev"
  for name in null zero full random urandom tty; do
    touch "$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
  done
  # Units with private devices need terminals.
  mkdir "$root/dev/pts" "$root/dev/shm"
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  mount -t tmpfs tmpfs "$root/dev/shm"
  ln -s /proc/self/fd "$root/dev/fd"
  ip link set lo up
  hostname voiced-test
  cd "$root"
  mkdir -p .old
  pivot_root . .old
  cd /
  umount -l /.old
  exec env -i container=oci PATH=/usr/sbin:/usr/bin LANG=C.UTF-8 /lib/systemd/systemd --system --show-status=no
}

leave_group() {
  echo $$ >"$(cgroup_root)/cgroup.procs"
  for _ in $(seq 50); do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true
    [[ -d $1 ]] || return 0
    sleep 0.1
  done
}

# Needs its own cgroup: systemd takes over the one that it is started in.
boot() {
  local root=$1
  group=$(cgroup_root)/voiced-test.$$
  mkdir "$group"
  echo $$ >"$group/cgroup.procs"
  trap 'leave_group "$group"' EXIT
  unshare --pid --fork --kill-child=SIGKILL --mount --uts --ipc --net --cgroup --propagation private \
    "${BASH_SOURCE[0]}" become_systemd "$root" &
  echo $! >"$root.pid"
  wait $! || true
}

# The first process of the namespaces, by its number outside them.
systemd_pid() {
  local unshare
  unshare=$(<"$1.pid")
  tr -d ' ' <"/proc/$unshare/task/$unshare/children"
}

run_in() {
  local root=$1
  shift
  nsenter --target "$(systemd_pid "$root")" --mount --pid --uts --ipc --net --cgroup --root --wd \
    env -i PATH=/usr/sbin:/usr/bin LANG=C.UTF-8 SYSTEMD_PAGER= "$@"
}

start() {
  local root=$1 state
  rm -f "$root.pid"
  setsid "${BASH_SOURCE[0]}" boot "$root" >"$root.console" 2>&1 </dev/null &
  for _ in $(seq 100); do
    state=$(run_in "$root" systemctl is-system-running 2>/dev/null || true)
    [[ $state != running && $state != degraded ]] || return 0
    sleep 0.2
  done
  say "systemd does not come up"
  tail -n 20 "$root.console" >&2
  exit 1
}

stop() {
  local root=$1 unshare
  [[ -s $root.pid ]] || return 0
  unshare=$(<"$root.pid")
  kill -KILL "$unshare" 2>/dev/null || true
  while [[ -e /proc/$unshare ]]; do sleep 0.1; done
  rm -f "$root.pid"
}

action=${1:-}
case $action in
  check) check ;;
  make | start | exec | stop | boot | become_systemd)
    root=$(realpath -m "$2")
    shift 2
    case $action in
      make) make_root "$root" ;;
      exec) run_in "$root" "$@" ;;
      *) "$action" "$root" ;;
    esac
    ;;
  *)
    say "usage: check | make ROOT | start ROOT | exec ROOT COMMAND… | stop ROOT"
    exit 2
    ;;
esac
