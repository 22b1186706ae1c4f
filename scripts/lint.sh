#!/bin/sh
# Every check that reads the source without running it. All are run; one failure fails the whole.
set -u
cd "$(dirname "$0")/.."
failed=

check() {
    name=$1
    shift
    started=$(date +%s)
    if output=$("$@" 2>&1); then
        echo "  ok      $name ($(($(date +%s) - started)) s)"
    else
        printf '%s\n  FAILED  %s: %s\n' "$output" "$name" "$*"
        failed="$failed $name"
    fi
}

names_no_place() {
    ! grep -nE '://|file:|(^|[ =])/' requirements/*.txt
}

check style ruff check .
check shape ruff format --check .
check types mypy
check layers lint-imports
check templates djlint src --lint
check migrations env DJANGO_SETTINGS_MODULE=comity.config.settings django-admin makemigrations --check --dry-run
check translations python -m scripts.translations --check
check locks names_no_place

if [ -n "$failed" ]; then
    echo "lint failed:$failed"
    exit 1
fi
