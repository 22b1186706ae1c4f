#!/bin/sh
# Make .venv hold exactly what requirements/dev.txt locks, and the `comity` command of this checkout.
# The stamp named by the first argument is written last: an interrupted set-up starts again.
set -eu
stamp=$1

if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Comity needs Python 3.11 or newer. Name one: make PYTHON=/path/to/python3.11 …" >&2
    exit 1
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
packages=$(grep -c '==' requirements/dev.txt)

echo "Setting up .venv with $("$PYTHON" --version): $packages packages, about a minute the first time"
"$PYTHON" -m venv .venv
echo "  1/2 installing what is locked"
.venv/bin/python -m pip install -qq --require-hashes --requirement requirements/dev.txt
echo "  2/2 installing comity itself"
.venv/bin/python -m pip install -qq --no-build-isolation --no-deps --editable .
touch "$stamp"
echo "  ready"
