#!/bin/sh
# Starts gridsvc in its container, where the database's password is a file and not a setting.
set -eu
secret=/run/secrets/database_password
if [ -f "$secret" ]; then
    PGPASSWORD=$(cat "$secret")
    export PGPASSWORD
fi
exec gridsvc "$@"
