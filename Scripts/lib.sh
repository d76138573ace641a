# Functions that the scripts beside this file share. It is sourced, not run, and leaves the shell
# in the root of the package. A script that sources it answers -h and --help with the comment at its
# top: what it does, what it installs and what it changes.
# shellcheck shell=bash

# Where the script was called.
# shellcheck disable=SC2034
caller=$PWD
script=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

python=.build-venv/bin/python
missing=()

say() {
    printf '== %s\n' "$*"
}

die() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

# unknown_argument ARGUMENT: what is not understood is refused, never passed over.
unknown_argument() {
    die "unknown argument $1 (see ${script#"$PWD/"} --help)"
}

# no_arguments ARGUMENT...: for scripts that take none.
no_arguments() {
    [ $# = 0 ] || unknown_argument "$1"
}

# need_swift: stops, saying what to install, unless there is Swift 6.2 or newer.
need_swift() {
    local found
    command -v swift >/dev/null || die "Swift 6.2 or newer is needed: see https://swift.org/install"
    found=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
    if ! printf '6.2\n%s\n' "$found" | sort -C -t . -k 1,1n -k 2,2n; then
        die "Swift 6.2 or newer is needed, this is ${found:-unknown}: see https://swift.org/install"
    fi
}

# need_program NAME PACKAGE: notes the Debian package unless the program is there. System daemons
# are often in a directory that is not on the search path of ordinary users.
need_program() {
    PATH="$PATH:/usr/sbin:/sbin" command -v "$1" >/dev/null || missing+=("$2")
}

# need_library NAME PACKAGE: notes the Debian package unless pkg-config knows the library.
need_library() {
    pkg-config --exists "$1" 2>/dev/null || missing+=("$2")
}

need_build_packages() {
    need_program pkg-config pkg-config
    need_library libnghttp2 libnghttp2-dev
    need_library libcares libc-ares-dev
    need_library openssl libssl-dev
    need_library zlib zlib1g-dev
}

need_test_packages() {
    need_program etcd etcd-server
    need_program haproxy haproxy
    need_program nghttpd nghttp2-server
    need_program nghttpx nghttp2-proxy
    need_program nginx nginx
    ruby -e 'require "grpc"' 2>/dev/null || missing+=(ruby ruby-grpc)
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
}

# What counts the costs of the program.
need_guard_packages() {
    need_program strace strace
    need_program valgrind valgrind
    need_program readelf binutils
    need_program unshare util-linux
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
    if can_build_for_aarch64 && ! aarch64_emulator >/dev/null; then missing+=(qemu-user-static); fi
}

# can_build_for_aarch64: whether the file for AArch64 can be made here, as for another machine.
can_build_for_aarch64() {
    is_debian && [ "$(uname -m)" = x86_64 ]
}

aarch64_emulator() {
    command -v qemu-aarch64-static || command -v qemu-aarch64
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# install_missing: installs what was noted, and touches nothing if there is nothing.
install_missing() {
    [ ${#missing[@]} -gt 0 ] || return 0
    local hint="please install what these packages of Debian and Ubuntu hold: ${missing[*]}"
    command -v apt-get >/dev/null || die "$hint"
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || die "$hint"
    say "Installing ${missing[*]}"
    as_root apt-get update -qq || die "$hint"
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || die "$hint"
    stop_new_services
    missing=()
}

# Debian starts a service when its package is installed, and again at every boot. The tests run
# these programs themselves, so what was just installed for them must not stay.
stop_new_services() {
    [ -d /run/systemd/system ] || return 0
    local package unit
    for package in "${missing[@]}"; do
        case $package in
            etcd-server) unit=etcd ;;
            nghttp2-proxy) unit=nghttpx ;;
            haproxy | nginx) unit=$package ;;
            *) continue ;;
        esac
        as_root systemctl disable --now --quiet "$unit" 2>/dev/null || true
    done
}

# need_python_servers: the Python packages of Tests/Servers, at their pinned versions, in a
# directory of their own. A copy of the list says what the directory holds.
need_python_servers() {
    local list=Tests/Servers/requirements.txt directory
    directory=$(dirname "$(dirname "$python")")
    if cmp -s "$list" "$directory/requirements.txt" && "$python" -c 'import grpc' 2>/dev/null; then
        return
    fi
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
        die "the test servers need Python 3.10 or newer"
    say "Installing the Python test servers into $directory"
    python3 -m venv --clear "$directory"
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$list"
    cp "$list" "$directory/requirements.txt"
}

is_debian() {
    [[ $(system_name) = debian-* ]]
}

# system_name: such as debian-12.
system_name() {
    [ ! -f /etc/os-release ] || (. /etc/os-release && echo "$ID-${VERSION_ID:-rolling}")
}

# swift_toolchain: the directory that Swift is installed in.
swift_toolchain() {
    dirname "$(dirname "$(readlink -f "$(command -v swift)")")"
}

# native_triple: what Swift calls this kind of machine.
native_triple() {
    local found
    found=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": *"\([^"]*\)".*/\1/p')
    head -n 1 <<<"$found"
}

# embedded_is_there: whether this toolchain can build the program as Embedded Swift.
embedded_is_there() {
    [ "$(uname -s)" = Linux ] || return 1
    compgen -G "$(swift_toolchain)/lib/swift/embedded/*/libswiftUnicodeDataTables.a" >/dev/null
}

# build_release: makes the program to ship where the toolchain can, and an ordinary build
# elsewhere; the path of the program is then in $program.
build_release() {
    if embedded_is_there; then
        program=.build-embedded/swift-health-probe
        Scripts/release --output "$PWD/$program"
    else
        swift build -c release --product swift-health-probe
        program=.build/release/swift-health-probe
    fi
}

for argument in "$@"; do
    case $argument in
        -h | --help)
            sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$script"
            exit
            ;;
    esac
done
