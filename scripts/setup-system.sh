#!/bin/sh
# Installs the packages of the operating system that are missing: PostgreSQL with PostGIS, what
# Python needs to make a virtual environment, what briefings are put on paper with, Chinese fonts
# included, and a browser for the tests.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

root=${SETUP_ROOT:-} # The tests let another folder stand for the machine.
oldest=15            # major version of PostgreSQL
missing=''           # packages to install
listed=no            # whether apt's lists have been refreshed

main() {
    # The tests run on a cluster of their own even where the program has a server elsewhere.
    if [ -z "${GRIDSVC_DATABASE_URL:-}" ] || [ "${1:-}" = --tests ]; then need_postgresql; fi
    need_python
    need_paper
    if [ "${1:-}" = --tests ]; then need_browser; fi
    if [ -n "$missing" ]; then install; fi
}

need_postgresql() {
    for major in $(installed_majors); do
        if [ -f "$root/usr/share/postgresql/$major/extension/postgis.control" ]; then return; fi
    done
    if [ -z "$(installed_majors)" ] && installed_otherwise; then return; fi
    need_apt
    major=$(installed_majors | head -n 1)
    major=${major:-$(packaged_majors | new_enough | head -n 1)}
    [ -n "$major" ] || [ -n "$(packaged_majors)" ] || refuse_empty_list
    [ -n "$major" ] || refuse_old_distribution
    missing="$missing postgresql-$major postgresql-$major-postgis-3"
}

installed_otherwise() { # `gridsvc doctor` says whether it will do
    command -v postgres >/dev/null && command -v pg_config >/dev/null
}

installed_majors() { # packaged ones that are new enough, newest first
    for server in "$root"/usr/lib/postgresql/*/bin/postgres; do
        if [ -x "$server" ]; then basename "${server%/bin/postgres}"; fi
    done | new_enough
}

packaged_majors() { # of every age
    apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' |
        sed -n 's/^postgresql-\([0-9]*\)-postgis-3 .*/\1/p'
}

new_enough() {
    sort -rn | while read -r major; do
        if [ "$major" -ge "$oldest" ]; then echo "$major"; fi
    done
}

refuse_empty_list() {
    give_up "apt's list of packages is empty: run ${sudo}apt-get update, then make again." \
        "apt 的软件包列表为空：请运行 ${sudo}apt-get update，然后重新运行 make。"
}

refuse_old_distribution() {
    script='sh /usr/share/postgresql-common/pgdg/*.sh -y'
    give_up \
        "This distribution has no PostgreSQL $oldest with PostGIS. Add the PostgreSQL project's own packages, then run make again: ${sudo}apt-get install --yes postgresql-common && ${sudo}$script" \
        "本系统的软件源没有 PostgreSQL $oldest 及 PostGIS。请先添加 PostgreSQL 官方软件源，然后重新运行 make：${sudo}apt-get install --yes postgresql-common && ${sudo}$script"
}

need_python() {
    if [ -x .venv/bin/python ]; then return; fi
    found=$(sh scripts/find-python.sh)
    case "$found" in
        *' ready') ;;
        *' no-venv') missing="$missing $(${found% *} -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')" ;;
        *) missing="$missing python3.11-venv" ;;
    esac
}

need_paper() {
    command -v apt-get >/dev/null || return 0 # `gridsvc doctor` says whether it is there.
    if ! there lib 'libpangoft2-1.0.so.*'; then missing="$missing libpangoft2-1.0-0"; fi
    if ! there share/fonts 'NotoSansCJK*'; then missing="$missing fonts-noto-cjk"; fi
}

there() { # there FOLDER NAME
    [ -n "$(find "$root/usr/$1" -name "$2" 2>/dev/null | head -n 1)" ]
}

need_browser() {
    command -v chromium >/dev/null || if packaged chromium; then
        missing="$missing chromium"
    else
        say "There is no Chromium package here: the tests that need a browser will be skipped." \
            "本系统没有 Chromium 软件包：需要浏览器的测试将被跳过。"
    fi
}

packaged() { # Ubuntu's package of that name only fetches a snap, which needs a running snapd
    need_apt
    candidate=$(apt-cache policy "$1" | sed -n 's/^ *Candidate: //p')
    case "$candidate" in
        '' | '(none)' | *snap*) return 1 ;;
    esac
}

need_apt() {
    [ "$listed" = no ] || return 0
    command -v apt-get >/dev/null || give_up \
        "Please install PostgreSQL $oldest or newer with PostGIS 3.3 or newer, then run make again: only Debian's and Ubuntu's packages are installed by themselves." \
        "请安装 PostgreSQL $oldest 或更高版本及 PostGIS 3.3 或更高版本，然后重新运行 make：只有 Debian 和 Ubuntu 能自动安装。"
    if may_be_root; then
        say "Refreshing the list of packages" "正在更新软件包列表"
        as_root apt-get update -qq || say \
            "Some lists could not be refreshed (above is why): going on with what there is" \
            "部分列表更新失败（原因见上）：将使用现有列表继续"
    fi
    listed=yes
}

install() {
    need_apt
    command="apt-get install --yes --no-install-recommends$missing"
    may_be_root || give_up \
        "Packages are missing, and only root may install them. Run this, then make again: apt-get update && $command" \
        "缺少软件包，且只有 root 可以安装。请以 root 运行以下命令，然后重新运行 make：apt-get update && $command"
    say "Installing:$missing" "正在安装：$missing"
    # shellcheck disable=SC2086 # A command with its arguments.
    without_main_cluster as_root env DEBIAN_FRONTEND=noninteractive $command -qq
}

without_main_cluster() { # Debian would make and start a server of its own, which nobody asked for
    folder="$root/etc/postgresql-common/createcluster.d"
    as_root mkdir -p "$folder"
    echo 'create_main_cluster = false' | as_root tee "$folder/gridsvc.conf" >/dev/null
    said=$(mktemp)
    status=0
    "$@" >"$said" 2>&1 || status=$?
    as_root rm "$folder/gridsvc.conf"
    [ "$status" -eq 0 ] || cat "$said" >&2
    rm "$said"
    [ "$status" -eq 0 ] || give_up \
        "apt-get failed (above is why): mend that, then run make again." \
        "apt-get 失败（原因见上）：请解决后重新运行 make。"
}

may_be_root() {
    [ "$(id -u)" -eq 0 ] && return
    command -v sudo >/dev/null || return 1
    # Somebody at a terminal can be asked for a password; a script cannot.
    if [ -t 0 ]; then sudo -v; else sudo -n true 2>/dev/null; fi
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

sudo=''
[ "$(id -u)" -eq 0 ] || sudo='sudo '
main "$@"
