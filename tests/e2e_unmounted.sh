#!/bin/bash
# The local Maildir is on a disk that is unmounted and mounted: mbsync must not make
# a new one below the mount point.  All of it in a mount namespace of its own.
# shellcheck source-path=SCRIPTDIR
if [[ -z ${MOUNTS_INSIDE:-} ]]; then
	. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
	needs mbsync
	own=(unshare -m --propagation private)
	((EUID == 0)) || own+=(-Ur)
	"${own[@]}" mount -t tmpfs none "$work" 2>/dev/null ||
		skip_all "no mount namespace here, which alone can mount"
	start env MOUNTS_INSIDE=1 "${own[@]}" bash "$0"
	wait "$started"
	exit
fi
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
. "$top_srcdir/tests/lab.sh"

insert() { mount --bind "$work/disk" "$work/local"; }
starts_anew() { # local's watcher, so often that all delays have passed
	local before
	before=$(lines_of watchers .)
	wait_until "$bound" has_lines watchers . $((before + 4))
}
not_synced() { # WHAT: since the file runs had $since lines
	is "$1: nothing is synced" "$(lines_of runs .)" "$since"
	is "$1: nothing is made below the mount point" "$(ls -A "$work/local")" ""
}

mkdir "$work/disk" "$work/local"
mount -t tmpfs none "$work/disk"
insert
lab_maildirs
lab_runs local
conf=$work/mswatchrc
deliver server INBOX 2
deliver server INBOX 1
stage_start
until_line runs '^end 0' 2
ok "the Maildir is in step" in_step INBOX 3

for how in '' -l; do
	wait_until "$bound" is_quiet
	: >"$work/err"
	umount $how "$work/local"
	ok "umount $how: it is told as gone" until_line err \
		'local: the mailstore is gone \(watcher exited with status 2\): nothing is synced until it is back$'
	wait_until "$bound" is_quiet
	since=$(lines_of runs .)
	deliver server INBOX
	kill -USR2 "$mswatch"
	starts_anew
	not_synced "umount $how"
	insert
	ok "mounted again: INBOX is synced" until_line runs '^start lab:INBOX$' "$((1 + $(head -n "$since" "$work/runs" | grep -c '^start lab:INBOX$')))"
	ok "then all" until_line runs '^start lab$' "$((1 + $(head -n "$since" "$work/runs" | grep -c '^start lab$')))"
	ok "and all mail is there" wait_until "$bound" in_step INBOX "$(count server INBOX)"
done
wait_until "$bound" is_quiet
stage_stop
is "mswatch ended as always" "$status" 0

# --- at the start ---
umount "$work/local"
sed -i "s|^store local .*|store local {\n\trequired\n\twatch $work/watch\n}|" "$conf"
stage_start
ok "required and not there: told" until_line err 'local: required, and its watcher is not ready yet: nothing is synced'
since=0
deliver server INBOX
starts_anew
not_synced "required and not there"
insert
ok "mounted: INBOX and all are synced" until_line runs '^end 0' 2
ok "and all mail is there" in_step INBOX "$(count server INBOX)"
stage_stop
umount -l "$work/local" "$work/disk"
tap_done
