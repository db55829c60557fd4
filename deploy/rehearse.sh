#!/bin/sh
# The container's life as plain processes, where there is no engine: install, then run as nobody in particular from
# a tree that cannot be written to, until the health check says that all is well; then stop.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
chmod 755 "$work"
"$here/install.sh" "$work/wgwatch"
chmod -R a-w "$work/wgwatch"
mkdir "$work/watch"
if [ "$(id -u)" = 0 ]; then
    chown 10001:10001 "$work/watch"
    set -- setpriv --reuid 10001 --regid 10001 --clear-groups
else
    set --
fi
"$@" "$work/wgwatch/bin/python" -c '' || { echo "Set PYTHON to one that every user may run." >&2; exit 1; }
cd "$work/watch"
port=${PORT:-9321}
set -- "$@" env -i PATH="$work/wgwatch/bin:/usr/bin:/bin" HOME=/tmp PYTHONDONTWRITEBYTECODE=1 \
    WGWATCH_HEALTH_LISTEN="127.0.0.1:$port" WGWATCH_WEB_ADDRESS=off
"$@" wgwatch init .
printf 'sources:\n  - name: nobody\n    pages: [https://harbour-forum.invalid/]\nsubscriptions: []\n' > watchlist.yaml
"$@" wgwatch run 2> "$work/log" &
running=$!
for _ in $(seq 60); do
    "$@" wgwatch doctor --alive && well=yes && break
    sleep 1
done
[ "${well:-}" = yes ] || { cat "$work/log"; exit 1; }
"$@" wgwatch backup kept.zip
kill -TERM "$running"
wait "$running"
echo "installed, ran as uid $("$@" id -u), answered, was backed up and stopped"
