#!/bin/sh
# Installs what gridsvc needs and is missing here, and says what it does. Safe to run again.
#
#   setup.sh                what the program and its demo need
#   setup.sh --tests        and what the tests need (Chromium, Chinese fonts)
#   setup.sh --production   without the tools of development
set -eu
cd "$(dirname "$0")/.."

case "${1:-}" in
    '' | --tests | --production) ;;
    *)
        echo "usage: $0 [--tests | --production]" >&2
        exit 2
        ;;
esac

sh scripts/setup-system.sh "$@"
sh scripts/setup-python.sh "$@"
sh scripts/setup-assets.sh
