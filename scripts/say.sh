# shellcheck shell=sh
# Read by the scripts beside it: says things in the reader's language, Chinese or English.

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
    zh*) in_chinese=yes ;;
    *) in_chinese=no ;;
esac

say() { # say ENGLISH CHINESE
    if [ "$in_chinese" = yes ]; then printf '==> %s\n' "$2"; else printf '==> %s\n' "$1"; fi
}

give_up() { # give_up ENGLISH CHINESE
    say "$1" "$2" >&2
    exit 1
}

fingerprint() { # fingerprint FILE...: one line that changes when any of the files does
    cat "$@" | sha256sum | cut -d' ' -f1
}
