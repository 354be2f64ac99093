#!/bin/bash
# mswatch --check: what is started is tried once, over real ssh and IMAP, and each of the usual
# mistakes is told in one line that says what to do.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
needs python3
# A disk of 64 kB at $disk: root mounts it beforehand, for the account that runs the rest.
# shellcheck disable=SC2016 # for that shell
mount_disk=(unshare -m --propagation private bash -c
	'mkdir -p "$0" && mount -t tmpfs -o size=64k,mode=1777 none "$0" && exec "$@"')
if ((EUID == 0)) && "${mount_disk[@]}" "$work/disk" true 2>/dev/null; then
	lab_entry=("${mount_disk[@]}" "$work/disk" env "CHECKUP_DISK=$work/disk")
fi
lab_user "$@"
unset DISPLAY WAYLAND_DISPLAY SSH_ASKPASS SSH_AUTH_SOCK
export HOME=$work/local
lab_imap
conf=$work/mswatchrc
bound=60

configure() { # COMMAND that watches the server
	cat >"$conf" <<-CONF
		sync env LC_ALL=C socketwatch -t 60 timeout 1d mbsync -q -c $work/mbsyncrc
		channel lab
		store local { watch watch_maildirs -s / -m $work/local/Maildir }
		store server { watch $* }
	CONF
}
through() { # SSH-CONFIG [COMMAND]
	configure ssh -F "$1" -o BatchMode=yes labhost \
		"${2:-inputkill watch_maildirs -s / -m $work/server/Maildir}"
}
check() { # [OPTION...]
	timeout 120 mswatch --check "$@" -c "$conf" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}
lines() { wc -l <"$work/$1"; }
told() { # WHAT PATTERN: the one line on stderr, and the exit status
	is "$1: exit status" "$status" "${3:-1}"
	is "$1: one line" "$(lines err)" 1
	contains "$1: what it is, and what to do" "$work/err" "^mswatch: $2"
}
broken_server() { # WHAT PATTERN
	check
	told "$1" "server: $2"
	contains "$1: the other store is tried" "$work/out" '^local: ready in '
	contains "$1: and so is the syncer" "$work/out" '^sync: isync '
}
left() { pgrep -f -- "(ssh -F $work/ssh_config|-c $work/mbsyncrc|-m $work/server/Maildir)" >"$work/left"; }

# --- a host that takes connections and says nothing: looked at last, its time is 30 s ---
cat >"$work/silent.py" <<-'PYTHON'
	import socket, time
	s = socket.socket()
	s.bind(("127.0.0.1", 0))
	s.listen(100)
	print(s.getsockname()[1], flush=True)
	time.sleep(100000)
PYTHON
start python3 "$work/silent.py" >"$work/silent.port"
wait_until "$bound" test -s "$work/silent.port"
silent=$(<"$work/silent.port")
mkdir "$work/silent"
sed "s/^\([[:space:]]*\)Port .*/\1Port $silent/" "$work/ssh_config" >"$work/silent/ssh_config"
sed "s/^Port .*/Port $silent\nTimeout 0/" "$work/mbsyncrc" >"$work/silent/mbsyncrc"
through "$work/silent/ssh_config"
sed -i "s|$work/mbsyncrc|$work/silent/mbsyncrc|" "$conf"
mv "$conf" "$work/silent/mswatchrc"
start mswatch --check -c "$work/silent/mswatchrc" >"$work/silent/out" 2>"$work/silent/err" </dev/null
silent_check=$started

# --- all is well ---
deliver server INBOX 3
through "$work/ssh_config"
find "$work/local" "$XDG_RUNTIME_DIR" | sort >"$work/before"
check
is "all is well" "$status $(<"$work/err")" "0 "
is "and told in a line each" "$(lines out)" 3
for store in local server; do
	contains "$store is ready" "$work/out" "^$store: ready in [0-9.]+ m?s$"
done
contains "the syncer lists the channel" "$work/out" '^sync: isync [0-9.]+ lists the mailboxes of lab in [0-9.]+ m?s$'
ok "nothing is synced" count_is local INBOX 0
is "and nothing is written" "$(find "$work/local" "$XDG_RUNTIME_DIR" | sort)" "$(<"$work/before")"
ok "nothing is left running" wait_until "$bound" not left
check -q
is "-q prints errors only" "$status$(cat "$work/out" "$work/err")" 0
check -v
contains "-v prints the commands" "$work/out" '^\+ ssh .*labhost'

# --- twelve mistakes, and one ---
ssh-keygen -q -t ed25519 -N '' -f "$work/other_key"
ssh_configure "$work/broken" "$work/other_key"
through "$work/broken"
broken_server "no key" 'watcher exited \(status 255\) \(.*Permission denied \(publickey\).*ssh-add'

sed "s|^\([[:space:]]*UserKnownHostsFile\).*|\1 $work/none_known|; s|accept-new|ask|" "$work/ssh_config" >"$work/broken"
through "$work/broken"
broken_server "an unknown host key" 'watcher .*\(Host key verification failed\.\); .*accept it once by hand'

cp "$work/key" "$work/open_key"
chmod 644 "$work/open_key"
ssh_configure "$work/broken" "$work/open_key"
through "$work/broken"
broken_server "a key with mode 644" 'watcher exited \(status 255\) \(.*bad permissions\); .*chmod 600'

sed "s/^\([[:space:]]*\)Port .*/\1Port $(port_free)/" "$work/ssh_config" >"$work/broken"
through "$work/broken"
broken_server "an unreachable host" 'watcher .*Connection refused\); .*check host and port'

through "$work/ssh_config" 'PATH=/nowhere inputkill watch_maildirs -s /'
broken_server "no inputkill there" 'watcher exited \(status 127\) \(.*inputkill.*\); install it.* whole path'

through "$work/ssh_config" 'echo Welcome; inputkill watch_maildirs -s /'
broken_server "a shell that prints" 'watcher printed "Welcome" before its ready line \(a start-up file .*must not print'

through "$work/ssh_config" "inputkill watch_maildirs -s / -m $work/none"
broken_server "a wrong Maildir" "watcher exited \(status 1\) \(.*$work/none: .*\); name the directory .* -m"

mkdir -m 0 "$work/closed"
through "$work/ssh_config" "inputkill watch_maildirs -s / -m $work/closed"
broken_server "an unreadable Maildir" "watcher exited .*$work/closed: Permission denied\); .*chmod u\+rwx"

through "$work/ssh_config"
mkdir "$work/bin"
ln -s "$(command -v ssh)" "$(command -v timeout)" "$(command -v env)" "$work/bin/"
PATH="$top_builddir/mswatch:$top_builddir/watch_maildirs:$top_builddir/socketwatch:$work/bin" check
told "no mbsync" "$conf:1: sync: mbsync: not found in PATH \(.*\): install it, or write its whole path"
contains "no mbsync: the stores are tried" "$work/out" '^server: ready in '

sed -i 's/^channel .*/channel elsewhere/' "$conf"
check
told "an unknown channel" "$conf:2: channel elsewhere: no channel or group of .*: it has lab$" 78
sed -i 's/^channel .*/channel Lab/' "$conf"
check
told "a channel in the wrong case" "$conf:2: channel Lab: no channel or group of .*: did you mean lab\?$" 78
sed -i 's/^channel .*/mailbox_prefix Lab :/' "$conf"
check
told "the same in mailbox_prefix" "sync: listing the mailboxes of Lab: mbsync exited .*\(No channel or group named 'Lab' defined\.\); .*upper and lower case"
contains "the same in mailbox_prefix: the stores are tried" "$work/out" '^server: ready in '

through "$work/ssh_config"
sed 's/^Pass .*/Pass wrong/' "$work/mbsyncrc" >"$work/wrong"
sed -i "s|$work/mbsyncrc|$work/wrong|" "$conf"
check
told "a password that is refused" "sync: listing .*AUTHENTICATIONFAILED.*; the mail server refuses"

through "$work/ssh_config"
chmod 500 "$work/local/Maildir"
check
chmod 700 "$work/local/Maildir"
told "a local Maildir that can't be written to" "local: ready in .*, but no mail can be put into .*chmod"

full_disk() {
	mkdir -p "$CHECKUP_DISK"/Maildir/{cur,new,tmp}
	cat /dev/zero >"$CHECKUP_DISK/zeroes" 2>/dev/null
	check
}
export CHECKUP_DISK=${CHECKUP_DISK:-$work/disk}
through "$work/ssh_config"
sed -i "s|^channel .*|mailbox_prefix lab :|; s|$work/local/Maildir|$CHECKUP_DISK/Maildir|" "$conf"
if [[ -d $CHECKUP_DISK ]]; then
	full_disk
else
	export -f full_disk check
	export work conf
	# shellcheck disable=SC2016 # for that shell
	mount_disk=(unshare -Urm "${mount_disk[@]:4}" "$CHECKUP_DISK" bash -c 'full_disk; exit "$status"')
	"${mount_disk[@]}" 2>"$work/err"
	status=$?
fi
if grep -q 'unshare\|mount:' "$work/err"; then
	pass "a full disk # SKIP no mount namespace here"
else
	told "a full disk" "local: ready in [0-9.]+ m?s, but the disk is full, .*$CHECKUP_DISK/Maildir; free"
fi

wait "$silent_check"
is "a silent host: exit status" $? 1
contains "a silent host: the watcher" "$work/silent/err" '^mswatch: server: watcher was not ready after 30 s; .*check host and port'
contains "a silent host: the syncer" "$work/silent/err" '^mswatch: sync: listing the mailboxes of lab has not ended after 30 s; .*check Host and Port'
is "a silent host: a line each" "$(wc -l <"$work/silent/err")" 2
contains "a silent host: the other store is ready" "$work/silent/out" '^local: ready in '

# --- other syncers, hooks ---
through "$work/ssh_config"
sed -i "/^channel /d" "$conf"
check
is "mbsync without a channel runs" "$status $(wc -l <"$work/err")" "0 1"
contains "but is warned of" "$work/err" 'mbsync knows mailboxes by their channels: add .channel NAME'
contains "and tells its version" "$work/out" '^sync: isync [0-9.]+ is there$'
through "$work/ssh_config"
sed -i "s/^sync .*/sync socketwatch true/; s/^channel .*/on_success no-such-hook/" "$conf"
check
told "a hook that is not there" "$conf:2: on_success: no-such-hook: not found in PATH"
contains "another syncer is only looked for" "$work/out" '^sync: true is there'
sed -i "s/^on_success .*//; s|^sync .*|sync sh -c \"touch $work/ran\"|" "$conf"
check
is "and not run" "$status$(ls "$work/ran" 2>/dev/null)" 0

through "$work/ssh_config"
sed -i "/^channel /d; s|^sync .*|sync true|; s|watch_maildirs -s / -m $work/local/Maildir|watch_maildirs -w -m $work/local/Later|" "$conf"
check
is "a Maildir that the first sync makes is no fault" "$status$(<"$work/err")" 0
contains "but told" "$work/out" '^local: waits \(-w\) for its Maildir, .*: the first sync makes it$'

# --- beside a running one, and ^C ---
through "$work/ssh_config"
lab_mswatch
check
is "it works beside a running one" "$status $(<"$work/err")" "0 "
ok "which goes on" alive "$mswatch_pid"
end_pid "$mswatch_pid"
configure "sh -c \"echo \$\$ >$work/hanging; sleep 1000\""
sed -i 's/^sync .*/sync true/; s/^channel .*//' "$conf"
start env --default-signal=INT mswatch --check -c "$conf" >"$work/out" 2>"$work/err" </dev/null
checking=$started
wait_until "$bound" test -s "$work/hanging"
kill -INT "$checking"
wait "$checking"
is "^C ends it" $? 1
contains "which is told" "$work/err" '^mswatch: ended by SIGINT before all was checked$'
ok "and nothing is left" not alive "$(<"$work/hanging")"
tap_done
