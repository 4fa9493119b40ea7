#!/bin/sh
# Prints the Python to make .venv with: "COMMAND ready", "COMMAND no-venv" where Debian's package
# for virtual environments is missing, or nothing where every Python here is older than 3.11.
set -eu

try() { # try MODULES: the first new enough Python that has them
    for candidate in python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c "import sys; assert sys.version_info >= (3, 11); import $1" 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

ready=$(try "ensurepip, venv")
if [ -n "$ready" ]; then
    echo "$ready ready"
else
    bare=$(try sys)
    [ -z "$bare" ] || echo "$bare no-venv"
fi
