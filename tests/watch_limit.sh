#!/bin/bash
# watch_maildirs with more folders than the kernel gives watches for: those
# beyond are polled.  The limit is lowered in a user namespace of its own.
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1

unshare -Ur sh -c 'echo 100 >/proc/sys/user/max_inotify_watches' 2>/dev/null ||
	skip_all "no user namespaces here, which alone can lower the limit"
cat >limited <<'E2'
#!/bin/sh
limit=$1
shift
exec unshare -Ur sh -c 'echo "$0" >"$1" && shift && exec "$@"' "$limit" "$@"
E2
chmod 755 limited

m=$work/Maildir
maildirs "$m"
for i in {1..1000}; do
	folders+=("$m/.f$i/cur" "$m/.f$i/new")
done
mkdir -p "${folders[@]}"
: >"$lines"
seen=0
start ./limited 100 /proc/sys/user/max_inotify_watches \
	watch_maildirs -m "$m" -p 0.5 >>"$lines" 2>"$errors"
watcher=$started
wait_until 30 has_lines 1 || fail "the watcher gets ready" "$(cat "$errors")"
seen=1
contains "the message says what and how much" "$errors" \
	'limit of watches is reached: 29[0-9][0-9] of 3003 directories are polled every 0.5 s .*sysctl fs.inotify.max_user_watches=[0-9]+'
is_polled() { # DIR: no watch of inotify's is on it
	! grep -q "^inotify .*ino:$(printf %x "$(stat -c %i "$1")") " "/proc/$watcher/fdinfo/"*
}
for polled in {1..1000}; do ! is_polled "$m/.f$polled/new" || break; done
settle_polled "$m/.f$polled" "f$polled"
for i in {1..1000}; do
	: >"$m/.f$i/new/a"
done
# shellcheck disable=SC2317
each_told() { (($(tail -n +$((seen + 1)) "$lines" | grep -v '^$' | sort -u | grep -c '') == 1000)); }
ok "every change in 1000 folders is told" wait_until 30 each_told
settle_polled "$m/.f$polled" "f$polled"
mkdir -p "$m/.more/cur" "$m/.more/new"
ok "a new folder is told" wait_until 30 line_since more
settle_polled "$m/.f$polled" "f$polled"
: >"$m/.more/cur/b:2,"
says "and polled" more
is "the message comes once" "$(grep -c '' "$errors")" 1
unwatch

: >"$lines"
seen=0
start ./limited 0 /proc/sys/user/max_inotify_instances \
	watch_maildirs -m "$m" -p 0.5 >>"$lines" 2>"$errors"
watcher=$started
wait_until 30 has_lines 1 || fail "without inotify the watcher gets ready" "$(cat "$errors")"
contains "without inotify everything is polled, and told" "$errors" \
	'inotify: .*; everything is polled every 0.5 s .*sysctl fs.inotify.max_user_instances'
settle_polled "$m/.f8" f8
: >"$m/.f7/new/c"
says "and a change is told" f7
unwatch
tap_done
