#!/bin/bash
# watch_mboxes where the kernel gives fewer watches than there are directories, or none,
# and beside those who write a lot.
. "${top_srcdir:-$(dirname "$0")/..}/tests/mboxes.sh"
cd "$work" || exit 1

# --- many changes ---
mkdir -p "$m"
nothing=(-i "$work/nobody")
for i in {1..200}; do append "$m/box$i"; done
watch -m "$m" "${nothing[@]}"
kill -STOP "$watcher"
for _ in {1..20}; do
	for i in {1..200}; do echo more >>"$m/box$i"; done
done
kill -CONT "$watcher"
all_boxes() { (($(tail -n +$((seen + 1)) "$lines" | grep -v '^$' | sort -u | grep -c '') == 200)); }
ok "4000 changes of 200 mailboxes are told" wait_until 30 all_boxes
ok "in few lines" test "$(($(line_count) - seen))" -le 600
unwatch
mkfifo pipe
watch_mboxes -m "$m" "${nothing[@]}" >pipe 2>"$errors" &
watcher=$!
tap_pids+=("$watcher")
exec 6<pipe
read -r _ <&6
before=$(awk '/VmRSS/ { print $2 }' "/proc/$watcher/status")
for _ in {1..100}; do
	for i in {1..200}; do echo more >>"$m/box$i"; done
done
spent() { awk '{ print $1 }' "/proc/$watcher/schedstat"; }
grown=$(($(awk '/VmRSS/ { print $2 }' "/proc/$watcher/status") - before))
ok "a reader that takes nothing costs no memory ($grown KiB)" test "$grown" -lt 1000
calm() { # but for the file systems that others mount
	local before
	before=$(spent)
	nap 0.3
	(($(spent) - before < 30000000))
}
ok "nor time" wait_until 30 calm
exec 6<&-
ends_with "when that has gone: status 0" 0

# --- few watches ---
unshare -Ur sh -c 'echo 10 >/proc/sys/user/max_inotify_watches' 2>/dev/null || {
	note "no user namespaces here, which alone can lower the limit"
	tap_done
}
cat >limited <<'E2'
#!/bin/sh
limit=$1
shift
exec unshare -Ur sh -c 'echo "$0" >"$1" && shift && exec "$@"' "$limit" "$@"
E2
chmod 755 limited
rm -r "$m"
for i in {1..30}; do
	mkdir -p "$m/d$i"
	append "$m/d$i/box"
done
watch_limited() { # LIMIT FILE
	: >"$lines"
	seen=0
	start ./limited "$1" "$2" watch_mboxes -m "$m" "${nothing[@]}" -p 0.3 >>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1 || fail "the watcher gets ready" "$(cat "$errors")"
	# what is young is told of once more by a poll
	nap 1
	seen=$(line_count)
}
watch_limited 20 /proc/sys/user/max_inotify_watches
contains "the message says what and how much" "$errors" \
	'limit of watches is reached: [12][0-9] of 31 directories are polled every 0.3 s .*sysctl fs.inotify.max_user_watches=[0-9]+'
for i in {1..30}; do append "$m/d$i/box"; done
all_told() { (($(tail -n +$((seen + 1)) "$lines" | grep -v '^$' | sort -u | grep -c '') == 30)); }
ok "every change in 30 directories is told" wait_until 30 all_told
nap 1
seen=$(line_count)
mkdir "$m/more"
append "$m/more/box"
ok "a new directory is told" told_of more/box
nap 1
seen=$(line_count)
append "$m/more/box"
ok "and polled" told_of more/box
rm "$m/d30/box"
ok "one that goes is told: all" told_of ""
is "the message comes once" "$(grep -c '' "$errors")" 1
unwatch
watch_limited 0 /proc/sys/user/max_inotify_instances
contains "without inotify everything is polled, and told" "$errors" \
	'inotify: .*; everything is polled every 0.3 s'
append "$m/d7/box"
ok "and a change is told" told_of d7/box
unwatch
tap_done
