#!/usr/bin/env bash
# install_test.sh BUILD_DIR: installs into a scratch directory, as a distribution and as a user would, and checks every
# file. Exit 0 only if every file is where it belongs.
set -euo pipefail
build_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "install_test: $*" >&2
  exit 1
}

# As a distribution does: prefix /usr, everything below DESTDIR.
root=$scratch/root
DESTDIR=$root cmake --install "$build_dir" --prefix /usr >"$scratch/log" || fail "$(cat "$scratch/log")"
for file in usr/bin/voiced usr/bin/voicectl usr/bin/voicecli etc/voiced/voiced.conf usr/share/doc/voiced/LICENSE \
  usr/share/doc/voiced/README.md usr/share/doc/voicecli/voicecli.conf usr/lib/systemd/system/voiced.service \
  usr/lib/systemd/system/voiced@.service usr/lib/systemd/system/voiced.socket \
  usr/share/doc/voiced/fail2ban/filter.d/voiced.conf usr/share/doc/voiced/fail2ban/jail.d/voiced.conf \
  usr/share/doc/voiced/grafana/voiced.json usr/share/doc/voiced/prometheus/prometheus.yml \
  usr/share/doc/voiced/prometheus/voiced.rules.yml \
  usr/share/man/man8/voiced.8 usr/share/man/man5/voiced.conf.5 \
  usr/share/man/man1/voicectl.1 usr/share/man/man1/voicecli.1 usr/share/man/man5/voicecli.conf.5 \
  usr/share/{bash-completion/completions/,zsh/site-functions/_}voice{d,ctl,cli} \
  usr/share/fish/vendor_completions.d/voice{d,ctl,cli}.fish; do
  [[ -f $root/$file ]] || fail "not installed: /$file"
done
doc_dir=$root/usr/share/doc/voiced
while read -r page; do
  while read -r link; do
    [[ -e $(dirname "$page")/$link ]] || fail "$page links to $link, which is not installed"
  done < <(grep -oE '\]\([^)#[:space:]]+' "$page" | cut -c 3- | grep -vE '^[a-z]+:')
done < <(find "$doc_dir" -name '*.md')
for program in voiced voicectl voicecli; do
  [[ -x $root/usr/bin/$program ]] || fail "not executable: $program"
done
[[ -z $(find "$root" -mindepth 1 -maxdepth 1 ! -name usr ! -name etc) ]] || fail "something outside /usr and /etc"
grep -qx 'ExecStart=/usr/bin/voiced --config /etc/voiced/voiced.conf' \
  "$root/usr/lib/systemd/system/voiced.service" || fail "the unit names another ExecStart"
"$root/usr/bin/voiced" --config "$root/etc/voiced/voiced.conf" --check-config >&2 ||
  fail "the installed voiced refuses the installed configuration"

# Once more, when the administrator has changed the configuration: it is kept, and the new one is put beside it.
echo "port = 7001" >"$root/etc/voiced/voiced.conf"
DESTDIR=$root cmake --install "$build_dir" --prefix /usr >"$scratch/log" || fail "$(cat "$scratch/log")"
[[ $(cat "$root/etc/voiced/voiced.conf") == "port = 7001" ]] || fail "an edited voiced.conf was overwritten"
[[ -f $root/etc/voiced/voiced.conf.new ]] || fail "no voiced.conf.new beside an edited voiced.conf"

# As a user does: any prefix, which the units must name.
prefix=$scratch/prefix
cmake --install "$build_dir" --prefix "$prefix" >"$scratch/log" || fail "$(cat "$scratch/log")"
grep -qx "ExecStart=$prefix/bin/voiced --config $prefix/etc/voiced/voiced.conf" \
  "$prefix/lib/systemd/system/voiced.service" || fail "the unit does not follow the prefix"
[[ -f $prefix/etc/voiced/voiced.conf ]] || fail "the configuration does not follow the prefix"
