#!/bin/sh
# Installs the programs that looking.py measures itself against, each into an environment of its own.
#   benchmarks/peers.sh [FOLDER]      FOLDER: .peers, or $WGWATCH_PEERS
set -eu
folder=${1:-${WGWATCH_PEERS:-$(dirname "$0")/../.peers}}
python=${PYTHON:-python3}
for package in changedetection.io webchanges urlwatch; do
    place="$folder/${package%%.*}"
    [ -d "$place" ] || "$python" -m venv "$place"
    "$place/bin/pip" install --quiet "$package"
done
