#!/bin/sh
# Makes sure that the machine has what Berth needs.
#
#   prerequisites.sh run    what the main job needs: JDK 25, Node, a C compiler, libnftables
#   prerequisites.sh test   that, and what the tests need: docker CLI, Chromium, debootstrap, a registry, ...
#   prerequisites.sh jdk    prints the home of a JDK 25
#
# Missing system packages are installed when we are root (Debian and Ubuntu, Fedora, Alpine), without starting any
# service; otherwise the command to run is printed. When nothing is missing this costs a few milliseconds.
set -eu

NODE_MINIMUM=20.19
missing=

fail() {
    echo "prerequisites: $*" >&2
    exit 1
}

family() {
    [ -r /etc/os-release ] || { echo unknown; return; }
    # shellcheck disable=SC1091
    like=$(. /etc/os-release; echo " ${ID:-} ${ID_LIKE:-} ")
    case "$like" in
        *" debian "*|*" ubuntu "*) echo debian ;;
        *" fedora "*|*" rhel "*) echo fedora ;;
        *" alpine "*) echo alpine ;;
        *) echo unknown ;;
    esac
}

# need DEBIAN FEDORA ALPINE: adds this family's packages to what is missing ("-": not offered there).
need() {
    case "$family" in
        fedora) packages=$2 ;;
        alpine) packages=$3 ;;
        *) packages=$1 ;;
    esac
    [ "$packages" = - ] || missing="$missing $packages"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

have_library() {
    for folder in /usr/lib /usr/lib64 /lib /usr/lib/*-linux-gnu /usr/lib/*-linux-musl; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

jdk_home() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* /opt/jdk* "${HOME:-/root}"/.sdkman/candidates/java/*; do
        [ -x "$home/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$home/release" 2>/dev/null && { echo "$home"; return 0; }
    done
    return 1
}

node_suits() {
    have node && have npm || return 1
    version=$(node --version | tr -d v)
    [ "$(printf '%s\n%s\n' "$NODE_MINIMUM" "$version" | sort -V | head -n 1)" = "$NODE_MINIMUM" ]
}

need_for_run() {
    jdk_home >/dev/null || need openjdk-25-jdk-headless java-25-openjdk-devel openjdk25-jdk
    node_suits || need "nodejs npm" "nodejs npm" "nodejs npm"
    have gcc || need gcc gcc gcc
    have make || need make make make
    [ -e /usr/include/stdio.h ] || need libc6-dev glibc-devel musl-dev
    [ -e /usr/include/linux/mount.h ] || need linux-libc-dev kernel-headers linux-headers
    [ "$family" = alpine ] || have musl-gcc || need musl-tools musl-gcc -
    [ -e /usr/include/zlib.h ] && have_library libz.a || need zlib1g-dev zlib-static "zlib-dev zlib-static"
    have_library libnftables.so.1 || need libnftables1 nftables-libs nftables
    have mvn || have curl || have wget || need curl curl curl
    have sha512sum || need coreutils coreutils coreutils
}

need_for_test() {
    have chromium || have chromium-browser || need chromium chromium chromium
    have debootstrap || need debootstrap debootstrap debootstrap
    have docker-registry || have registry || need docker-registry - docker-registry
    have skopeo || need skopeo skopeo skopeo
    have busybox || need busybox-static busybox busybox-static
    [ "$(uname -m)" != x86_64 ] || have linux.uml || need user-mode-linux - -
    [ "$(uname -m)" != x86_64 ] || have mkfs.xfs || need xfsprogs - -
    [ "$(uname -m)" != x86_64 ] || have mkfs.ext4 || need e2fsprogs - -
    have mkfs.btrfs || need btrfs-progs btrfs-progs btrfs-progs
    have ip || need iproute2 iproute iproute2
    have nft || need nftables nftables nftables
    have script || need bsdutils util-linux-script util-linux-misc
    have unshare || need util-linux util-linux util-linux-misc
    have zstd || need zstd zstd zstd
    have python3 || need python3 python3 python3
    have docker || [ "$family" = debian ] || need - docker-cli docker-cli
    # Compose 1 where the distribution still has it; Compose 2 is a plug-in of the client, see install_compose.
    [ "$family" != debian ] || have docker-compose || need docker-compose - -
    [ "$family" = debian ] || docker compose version >/dev/null 2>&1 || need - docker-compose docker-cli-compose
    [ "$family" != debian ] || [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || need fonts-dejavu-core - -
    # The sanitizers' run time comes with gcc on Debian and Alpine.
    [ "$family" != fedora ] || have_library libasan.so || need - "libasan libubsan" -
}

install_command() {
    case "$family" in
        debian) echo "apt-get install -y --no-install-recommends$1" ;;
        fedora) echo "dnf install -y --setopt=install_weak_deps=False$1" ;;
        alpine) echo "apk add$1" ;;
        *) return 1 ;;
    esac
}

# A package that the distribution does not have is named, with the place to get it, before anything is installed.
refuse_unavailable() {
    for package in $1; do
        apt-cache show "$package" >/dev/null 2>&1 && continue
        case "$package" in
            openjdk-25-*) fail "this distribution has no JDK 25: install one from https://adoptium.net (Temurin 25) below /usr/lib/jvm" ;;
            *) fail "this distribution has no package $package" ;;
        esac
    done
}

# Debian starts a service when it is installed, unless policy-rc.d forbids it (101: not allowed).
forbid_services() {
    policy=/usr/sbin/policy-rc.d
    [ ! -e "$policy" ] || return 0
    trap 'rm -f "$policy"' EXIT INT TERM
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
}

install_missing() {
    [ -n "$missing" ] || return 0
    command=$(install_command "$missing") || fail "install these with your package manager:$missing"
    [ "$(id -u)" = 0 ] || fail "missing:$missing. Run: sudo $command"
    echo "prerequisites: installing$missing" >&2
    if [ "$family" = debian ]; then
        apt-get update -q >&2 || fail "apt-get update failed"
        refuse_unavailable "$missing"
        forbid_services
        export DEBIAN_FRONTEND=noninteractive
    fi
    $command >&2 || fail "failed: $command"
}

# Debian 12 has the docker client only inside the engine's package: take the client alone.
install_docker_client() {
    [ "$family" = debian ] && ! have docker || return 0
    [ "$(id -u)" = 0 ] || fail "missing: the docker client. Run this once as root"
    apt-get update -q >&2 || fail "apt-get update failed"
    if apt-cache show docker-cli >/dev/null 2>&1; then
        DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends docker-cli >&2
        return
    fi
    work=$(mktemp -d)
    chmod 755 "$work"
    (cd "$work" && apt-get download -q docker.io >&2 && dpkg -x docker.io_*.deb tree) || fail "could not fetch docker.io"
    install -m 755 "$work/tree/usr/bin/docker" /usr/local/bin/docker
    rm -rf "$work"
}

# Debian 12 has no Compose 2: the plug-in alone is taken from the newest suite of the same mirror. It needs nothing else.
install_compose() {
    [ "$family" = debian ] && ! docker compose version >/dev/null 2>&1 || return 0
    [ "$(id -u)" = 0 ] || fail "missing: the compose plug-in of the docker client. Run this once as root"
    mirror=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/$' | head -n 1)
    [ -n "$mirror" ] || fail "no mirror of Debian is configured: install the compose plug-in of the docker client"
    work=$(mktemp -d)
    chmod 755 "$work"
    mkdir "$work/lists"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" > "$work/sources.list"
    (cd "$work" && set -- -q -o "Dir::Etc::SourceList=$work/sources.list" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists" \
        -o "Dir::Cache=$work" && apt-get "$@" update >&2 && apt-get "$@" download docker-compose/sid >&2 \
        && dpkg -x docker-compose_*.deb tree) || fail "could not fetch docker-compose of Debian's newest suite"
    install -D -m 755 "$work/tree/usr/libexec/docker/cli-plugins/docker-compose" /usr/local/lib/docker/cli-plugins/docker-compose
    rm -rf "$work"
}

check_versions() {
    jdk_home >/dev/null || fail "no JDK 25 found: install one from https://adoptium.net (Temurin 25) below /usr/lib/jvm"
    node_suits || fail "Node >= $NODE_MINIMUM and npm are needed, found $(node --version 2>/dev/null || echo none): see https://nodejs.org/en/download"
}

family=$(family)
case "${1:-}" in
    run) need_for_run ;;
    test) need_for_run; need_for_test ;;
    jdk) jdk_home || fail "no JDK 25 found"; exit 0 ;;
    *) fail "usage: prerequisites.sh run|test|jdk" ;;
esac
install_missing
[ "$1" != test ] || { install_docker_client; install_compose; }
check_versions
