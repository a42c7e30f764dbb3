#!/usr/bin/env bash
# Makes the files of a release: Debian packages, and tarballs of the programs and of the source.
set -euo pipefail
umask 022 # whoever packs, everybody may enter the folders
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=scripts/setup.sh
. scripts/setup.sh
# shellcheck source=scripts/build.sh
. scripts/build.sh

usage() {
  cat <<'END'
Usage: packaging/package.sh         writes to build/package (Debian, Ubuntu):
                              voiced_VERSION_ARCH.deb, voicecli_VERSION_ARCH.deb
                              voiced-VERSION-linux-ARCH.tar.gz   all programs, for: tar -C / -xzf
                              voiced-VERSION.tar.gz              the source, from a git clone only
       packaging/package.sh --help  this text

docs/operations.md says how to install them.
END
}

# The time of the commit, so that two builds of it are identical. Outside a clone: that of the newest changelog entry.
commit_time() {
  git log -1 --format=%ct 2>/dev/null ||
    date -d "$(sed -nE 's/^ -- .*>  (.*)/\1/p' packaging/debian/changelog | head -n 1)" +%s
}

# archive NAME DIRECTORY: the bytes do not depend on who packs. Files only, so that unpacking leaves the mode and owner
# of existing folders alone.
archive() {
  (cd "$2" && find . ! -type d -printf '%P\0' | LC_ALL=C sort -z) |
    tar --create --directory "$2" --null --files-from=- --owner=0 --group=0 --numeric-owner \
      --mtime="@$SOURCE_DATE_EPOCH" |
    gzip -9 -n >"$out/$1"
}

# Installed below /usr/local, which belongs to the administrator; systemd, man and the shells look there, too.
binary_tarball() {
  local stage=$out/stage
  rm -rf "$stage"
  DESTDIR=$PWD/$stage cmake --install "$out" --prefix /usr/local --strip >/dev/null
  archive "voiced-$version-linux-$(dpkg --print-architecture).tar.gz" "$stage"
  rm -rf "$stage"
}

source_tarball() {
  if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git archive --format=tar --prefix="voiced-$version/" HEAD | gzip -9 -n >"$out/voiced-$version.tar.gz"
  else
    say "not a git clone: no tarball of the source"
  fi
}

case ${1:-} in
  "") ;;
  -h | --help)
    usage
    exit
    ;;
  *)
    usage >&2
    exit 2
    ;;
esac

setup build package
command -v dpkg-shlibdeps >/dev/null ||
  die "packages can only be made on Debian or a derivative (dpkg-shlibdeps is missing)"
SOURCE_DATE_EPOCH=$(commit_time)
export SOURCE_DATE_EPOCH
version=$(sed -nE 's/^project\(voiced VERSION ([0-9.]+).*/\1/p' CMakeLists.txt)
out=build/package
build package
rm -f "$out"/*.deb "$out"/voiced-*.tar.gz
(cd "$out" && cpack >cpack.log 2>&1) || {
  cat "$out/cpack.log" >&2
  die "cpack failed"
}
binary_tarball
source_tarball
ls -l "$out"/*.deb "$out"/*.tar.gz
