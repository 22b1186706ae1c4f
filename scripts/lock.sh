#!/bin/sh
# Resolve what pyproject.toml and requirements/dev.in ask for into exact versions with hashes.
#
# The files name no index and no place on this machine: whoever installs from them uses the index they trust.
# Pass --upgrade to take newer versions; without it the versions already locked stay where they can.
set -eu
cd "$(dirname "$0")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
"${PYTHON:-python3.11}" -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet --disable-pip-version-check pip-tools

compile() {
    output=$1
    shift
    CUSTOM_COMPILE_COMMAND="make lock" "$scratch/venv/bin/pip-compile" --quiet --generate-hashes --strip-extras \
        --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options \
        --output-file "$output" "$@"
    if grep -nE '://|file:|(^|[ =])/' "$output"; then
        echo "$output names a place (see above): nothing was kept" >&2
        exit 1
    fi
    echo "$output: $(grep -c '==' "$output") packages"
}

compile requirements/run.txt "$@" pyproject.toml
# What runs is tested at the very versions that run.
compile requirements/dev.txt "$@" --allow-unsafe requirements/dev.in
