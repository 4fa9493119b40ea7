#!/bin/sh
# Makes .venv with the pinned dependencies, each checked against its hash, and the program itself.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

pins=requirements-dev.txt
if [ "${1:-}" = --production ]; then pins='requirements.txt requirements-build.txt'; fi
# shellcheck disable=SC2086 # A list of files.
wanted=$(fingerprint $pins pyproject.toml)
stamp=.venv/installed-from

if ! .venv/bin/python -c '' 2>/dev/null; then
    found=$(sh scripts/find-python.sh)
    python=${found% *}
    [ -n "$python" ] || give_up \
        "Python 3.11 or newer is needed, and none is here: install it, then run make again." \
        "需要 Python 3.11 或更高版本，但本机没有：请安装后重新运行 make。"
    say "Making .venv with $($python --version)" "正在用 $($python --version) 创建 .venv"
    "$python" -m venv --clear .venv
fi

if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ]; then exit; fi

pip() {
    .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet "$@"
}

for pin in $pins; do
    say "Installing the packages pinned in $pin (some minutes the first time)" \
        "正在安装 $pin 中固定版本的软件包（首次需要几分钟）"
    pip install --require-hashes --requirement "$pin"
done
pip install --no-deps --no-build-isolation --editable .
echo "$wanted" >"$stamp"
