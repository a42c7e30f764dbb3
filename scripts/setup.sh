# shellcheck shell=bash
# Installs the packages that the build and the tests need, if any are missing. Sourced by other scripts.
# Call `setup GROUP...`, with the groups of packages() below. If it cannot install them, it says what to do, and exits
# with 1. If nothing is missing, it needs neither network nor root.

packages() {
  case $1 in
    # Without recommended packages, g++ does not bring make, which cmake uses by default. Ninja builds faster.
    build) echo "g++ make ninja-build cmake pkg-config libboost-dev libspdlog-dev libcli11-dev libexpected-dev" \
      "nlohmann-json3-dev portaudio19-dev libsndfile1-dev libspeexdsp-dev libopus-dev libgnutls28-dev libsodium-dev" \
      "catch2" ;;
    # A sound server that needs no hardware, systemd-analyze for the units, tools for bad networks, a second TLS
    # library, and the shells and the reader for which we ship completions and manual pages.
    test) echo "pulseaudio pulseaudio-utils libasound2-plugins systemd valgrind" \
      "iproute2 iptables libnetfilter-queue-dev openssl zsh fish mandoc patch" ;;
    # A system in which systemd is the first process.
    systemd) echo "debootstrap" ;;
    # promtool, which checks metrics and rules. 22 MB, and where systemd runs, it starts Prometheus as a service.
    metrics) echo "prometheus" ;;
    # Real proxies in front of voiced. Where systemd runs, nginx starts a web server.
    proxies) echo "haproxy nginx-light libnginx-mod-stream" ;;
    # Unicode's data about characters that look alike.
    unicode) echo "libicu-dev" ;;
    # Tools that make and check Debian packages.
    package) echo "dpkg-dev file lintian" ;;
    lint) echo "clang-format shellcheck codespell" ;;
    tidy) echo "clang-tidy" ;;
    fuzz) echo "clang libclang-rt-dev llvm" ;;
    mutations) echo "patch" ;;
    # A compiler for a big-endian processor, and an emulator.
    cross) echo "g++-s390x-linux-gnu qemu-user-static" ;;
    # Another standard library, another C library, and a compiler for Windows.
    elsewhere) echo "clang libc++-dev libc++abi-dev musl-dev g++-mingw-w64-x86-64-posix" ;;
    *) die "no such group of packages: $1" ;;
  esac
}

# Used by the build if the system offers them: echo cancellation in voicecli, and PulseAudio without ALSA's plugin.
optional_packages() {
  case $1 in
    build) echo "libwebrtc-audio-processing-dev libpulse-dev" ;;
  esac
}

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

is_installed() {
  [[ $(dpkg-query -W -f='${db:Status-Abbrev}' "$1" 2>/dev/null) == ?i* ]]
}

# setup GROUP...
setup() {
  local group name missing=""
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    setup_elsewhere
    return
  fi
  for group in "$@"; do
    for name in $(packages "$group"); do
      is_installed "$name" || missing+=" $name"
    done
  done
  # shellcheck disable=SC2086 # package names hold no blanks
  [[ -z $missing ]] || apt_install $missing
  for group in "$@"; do
    for name in $(optional_packages "$group"); do
      is_installed "$name" || ! apt-cache show "$name" >/dev/null 2>&1 || (apt_install "$name") ||
        say "warning: building without $name"
    done
  done
}

apt_install() {
  local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Acquire::Retries=3
    -o DPkg::Lock::Timeout=120)
  # A CI machine is discarded after the run, so dpkg need not sync to disk: it takes a third of the time.
  [[ -z ${CI:-} ]] || apt+=(-o Dpkg::Options::=--force-unsafe-io)
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      die "not root, and no sudo here. As root: apt-get install --no-install-recommends $*"
    apt=(sudo "${apt[@]}")
  fi
  say "installing: $*"
  # Try the existing package lists first, which saves downloading new ones.
  if ! "${apt[@]}" install --no-install-recommends "$@" </dev/null >/dev/null 2>&1; then
    "${apt[@]}" update </dev/null >&2 || say "warning: apt-get update failed; trying anyway"
    "${apt[@]}" install --no-install-recommends "$@" </dev/null >&2 ||
      die "apt-get could not install: $*"
  fi
}

# Not Debian or Ubuntu: look for the tools and libraries themselves, and print the command that installs them.
setup_elsewhere() {
  local what missing="" include=/usr/include
  if command -v brew >/dev/null; then include=$(brew --prefix)/include; fi
  for what in cmake pkg-config c++; do
    command -v "$what" >/dev/null || missing+=" $what"
  done
  if command -v pkg-config >/dev/null; then
    for what in portaudio-2.0 sndfile speexdsp opus "gnutls >= 3.6.14" libsodium spdlog; do
      pkg-config --exists "$what" || missing+=" $what"
    done
  fi
  # Some headers have no pkg-config file: ask the compiler.
  if command -v c++ >/dev/null; then
    for what in boost/asio.hpp CLI/CLI.hpp tl/expected.hpp nlohmann/json.hpp; do
      echo "#include <$what>" | c++ -std=c++20 -fsyntax-only -idirafter "$include" -x c++ - \
        >/dev/null 2>&1 || missing+=" $what"
    done
  fi
  [[ -n $missing ]] || return 0
  say "missing:$missing"
  say "To install all that is needed:"
  say "  $(elsewhere_command)"
  exit 1
}

elsewhere_command() {
  if command -v dnf >/dev/null; then
    echo "sudo dnf install gcc-c++ ninja-build cmake pkgconf-pkg-config boost-devel spdlog-devel" \
      "cli11-devel expected-devel json-devel portaudio-devel libsndfile-devel speexdsp-devel opus-devel" \
      "gnutls-devel libsodium-devel catch-devel"
  elif command -v pacman >/dev/null; then
    echo "sudo pacman -S --needed base-devel ninja cmake boost spdlog cli11 tl-expected nlohmann-json" \
      "portaudio libsndfile speexdsp opus gnutls libsodium catch2"
  elif command -v brew >/dev/null; then
    echo "brew install ninja cmake pkg-config boost spdlog cli11 tl-expected nlohmann-json portaudio" \
      "libsndfile speexdsp opus gnutls libsodium catch2"
  else
    echo "a C++20 compiler, CMake 3.21 or newer, pkg-config, Boost (headers), spdlog, CLI11," \
      "tl::expected, nlohmann-json, PortAudio, libsndfile, speexdsp, Opus, GnuTLS 3.6.14 or newer and Catch2," \
      "by your system's own means"
  fi
}
