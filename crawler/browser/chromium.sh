#!/bin/sh
# Chromium with a bound on the memory of each of its processes: what a page asks for beyond it, the page does not get.
ulimit -d "$CHROMIUM_MEMORY_KB" && exec "$CHROMIUM" "$@"
