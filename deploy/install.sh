#!/bin/sh
# Installs wgwatch into a folder of its own, from the locked, hashed requirements: deploy/install.sh /opt/wgwatch
# What the Dockerfile does, and what units for systemd expect.
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m venv "$1"
"$1/bin/python" -m pip install --quiet --no-cache-dir --require-hashes -r deploy/requirements.lock
"$1/bin/python" -m pip install --quiet --no-cache-dir --no-deps --no-build-isolation .
