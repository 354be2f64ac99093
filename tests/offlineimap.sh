#!/bin/bash
# examples/offlineimap_changed, alone and under mswatch, with OfflineIMAP and Dovecot.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"
needs offlineimap python3

# --- the laboratory ---
lab_dovecot
mkdir -p "$work/bin" "$work/local"
PATH=$work/bin:$top_srcdir/examples:$PATH
cat >"$work/bin/offlineimap" <<-SCRIPT
	#!/bin/sh
	echo "\$*" >>"$work/runs"
	exec $(command -v offlineimap) "\$@"
SCRIPT
chmod +x "$work/bin/offlineimap"

mail=$work/local/Mail
mailbox_path() { # SIDE MAILBOX
	case $1/$2 in
	local/*) echo "$mail/$2" ;;
	server/INBOX) echo "$work/server/Maildir" ;;
	server/*) echo "$work/server/Maildir/.${2//\//.}" ;;
	esac
}
offlineimap_configure() { # [LINE of the account, of the local repository, of the server's]
	cat >"$work/local/.offlineimaprc" <<-CONF
		[general]
		accounts = work
		metadata = $work/local/metadata
		[Account work]
		localrepository = local
		remoterepository = server
		${1:-}
		[Repository local]
		type = Maildir
		localfolders = $mail
		sep = /
		${2:-}
		[Repository server]
		type = IMAP
		remotehost = 127.0.0.1
		remoteport = $imap_port
		remoteuser = lab
		remotepass = secret
		ssl = no
		starttls = no
		${3:-}
	CONF
}
syncer=offlineimap_changed
sync() { # NAME...: its status in $status, what it said in $work/err, all its runs in $work/runs
	: >"$work/runs"
	env -u XDG_CONFIG_HOME HOME="$work/local" "$syncer" work "$@" >"$work/out" 2>"$work/err"
	status=$?
}
runs() { # what OfflineIMAP was asked for, a line a run; nothing behind "work": all
	 sed 's/^-o -u basic -a //' "$work/runs"
}
names_from() { (cd "$1" && find . -name cur -printf '%h\n' | sed -n 's|^\./||p' | sort); }
all_arrived() { # NAME...: each with one message here
	local name
	for name; do
		count_is local "$name" 1 || { note "$name is missing"; return 1; }
	done
}

# --- names ---
named=(INBOX lists/dev lists 'Entw&APw-rfe' 'R&-D' 'two  blanks' ' blank' 'blank ' -dash "it's" 'x[1]*' 'b\s' 'a: b' "\$(x)")
unnamed=('a,b' '50% off' '100%(x)s' '&,3E-')
for name in "${named[@]}" "${unnamed[@]}" Other; do
	mailbox_make server "$name"
	deliver server "$name"
done
offlineimap_configure
sync "${named[@]}"
is "names of all kinds are synced" "$status" 0
ok "each of them" all_arrived "${named[@]}"
is "in one run, and no other" "$(names_from "$mail")" "$(printf '%s\n' "${named[@]}" | sort)"
is "of their names" "$(runs)" "work -f $(IFS=,; echo "${named[*]}")"
is "stdout is mswatch's" "$(cat "$work/out")" ""

for name in 'a,b' '50% off'; do
	sync INBOX "$name"
	is "$name can't be named: all" "$status $(runs)" "0 work"
done
ok "so it is synced" all_arrived "${unnamed[@]}" Other
sync ""
is "the empty name is all" "$status $(runs)" "0 work"
deliver server Other
sync INBOX 'a: b' a
is "one that is not known, though it begins another: all" "$status $(runs)" $'0 work -f INBOX,a: b,a\nwork'
ok "so nothing is left out" count_is local Other 2
sync $'Entw\xfcrfe'
is "also when it comes alone" "$status $(runs)" $'0 work -f Entw\xfcrfe\nwork'

# --- failures ---
cat >"$work/lock.py" <<-'PYTHON'
	import fcntl, sys, time
	lock = open(sys.argv[1], "w")
	fcntl.lockf(lock, fcntl.LOCK_EX)
	print("locked", flush=True)
	time.sleep(3600)
PYTHON
start python3 "$work/lock.py" "$work/local/metadata/work.lock" >"$work/locked"
wait_until 60 test -s "$work/locked"
sync INBOX
is "another OfflineIMAP: a failure" "$status $(runs)" "1 work -f INBOX"
contains "which is told" "$work/err" 'ERROR: Could not lock account work'
end_pid "$started"

mv "$work/server/Maildir/.R&-D/cur" "$work/away"
: >"$work/server/Maildir/.R&-D/cur"
sync INBOX 'R&-D'
is "a folder that fails: a failure" "$status $(runs)" "1 work -f INBOX,R&-D"
rm "$work/server/Maildir/.R&-D/cur"
mv "$work/away" "$work/server/Maildir/.R&-D/cur"

end_pid "$dovecot_pid"
sync INBOX
is "no server: a failure" "$status $(runs)" "1 work -f INBOX"
contains "which is told" "$work/err" 'could not open socket'
lacks "without the ways through OfflineIMAP" "$work/err" 'Traceback|^  File '
ok "in the ten lines that mswatch shows" test "$(wc -l <"$work/err")" -le 10
is "an account that is missing: a failure" "$(HOME=$work/local offlineimap_changed nobody INBOX 2>"$work/err"; echo $?)" 1
contains "which is told" "$work/err" "account 'nobody' does not exist"

# --- names in UTF-8 ---
lab_dovecot
offlineimap_configure 'utf8foldernames = yes'
rm -r "$mail" "$work/local/metadata"
sync Entwürfe 'R&D'
is "utf8foldernames: names in UTF-8" "$status $(runs)" "0 work -f Entwürfe,R&D"
ok "are synced" test "$(names_from "$mail")" = $'Entwürfe\nR&D'
deliver server 'Entw&APw-rfe'
sync 'Entw&APw-rfe'
is "the server's own: all" "$status $(runs)" $'0 work -f Entw&APw-rfe\nwork'
ok "so they are synced" count_is local Entwürfe 2
# --- other names here ---
offlineimap_configure "" "nametrans = lambda f: '[Gmail]/Sent Mail' if f == 'Sent' else f" \
	"nametrans = lambda f: 'Sent' if f == '[Gmail]/Sent Mail' else f"
rm -r "$mail" "$work/local/metadata"
mailbox_make server '[Gmail]/Sent Mail'
mailbox_make local Sent
deliver local Sent
syncer=$work/mapping
sed 's/^\(\t*\)#\(Sent) \)/\1\2/' "$top_srcdir/examples/offlineimap_changed" >"$syncer"
chmod +x "$syncer"
sync Sent INBOX
is "nametrans: a name that is mapped" "$status $(runs)" "0 work -f [Gmail]/Sent Mail,INBOX"
ok "is synced" count_is server '[Gmail]/Sent Mail' 1
is "under no other name" "$(names_from "$mail")" $'INBOX\nSent'
syncer=offlineimap_changed

# --- under mswatch, with the lines of README ---
offlineimap_configure
rm -r "$mail" "$work/local/metadata"
sync ""
deliver server lists/dev
{
	printf '%s\n' 'base_delay 0.1' 'inter_delay 0.2' 'max_delay 2'
	sed -nE 's/^    (sync .*offlineimap.*|store local .*)/\1/p' "$top_srcdir/README" | sed "s|/home/me|$work/local|"
	echo "store server { watch inputkill watch_maildirs -s / -m $work/server/Maildir }"
} >"$work/mswatchrc"
contains "README has a line for the sync" "$work/mswatchrc" '^sync .*offlineimap_changed work$'
contains "the sample has the same" "$top_srcdir/examples/mswatchrc.sample" \
	"^#( +OfflineIMAP)? +$(grep '^sync ' "$work/mswatchrc")$"
contains "README has a line for the store" "$work/mswatchrc" "^store local .*-m $mail "
contains "the sample has its layout" "$top_srcdir/examples/mswatchrc.sample" \
	'^# +OfflineIMAP .* watch_maildirs -l verbatim -m ~/Mail -i INBOX$'
unset XDG_CONFIG_HOME
ok "mswatch gets into step" lab_mswatch
ok "what was there before is synced" in_step lists/dev 2

: >"$work/runs"
deliver server INBOX
ok "a delivery on the server arrives" wait_until 60 in_step INBOX 2
deliver local INBOX
ok "a local delivery arrives on the server" wait_until 60 in_step INBOX 3
flag server INBOX S
ok "flags set on the server arrive" wait_until 60 flagged_is local INBOX S 3
flag local INBOX FS
ok "flags set locally arrive on the server" wait_until 60 flagged_is server INBOX F 3
deliver server 'Entw&APw-rfe'
deliver server 'R&-D'
deliver local 'two  blanks'
ok "with umlauts" wait_until 60 in_step 'Entw&APw-rfe' 3
ok "with an ampersand" wait_until 60 in_step 'R&-D' 2
ok "with blanks" wait_until 60 in_step 'two  blanks' 2
lacks "without a sync of all" "$work/runs" ' work$'
deliver server 'a,b'
ok "a comma needs one" wait_until 60 in_step 'a,b' 2
contains "and gets it" "$work/runs" ' work$'
mailbox_make local lists/fresh
deliver local lists/fresh
ok "a folder made locally arrives with its mail" wait_until 60 in_step lists/fresh 1
mailbox_make server made/there
deliver server made/there
ok "a folder made on the server arrives with its mail" wait_until 60 in_step made/there 1
is "all without a complaint" "$(cat "$work/err")" ""

end_pid "$dovecot_pid"
deliver local INBOX
failed() { grep -q 'could not open socket' "$work/err"; }
ok "mswatch tells why a sync has failed" wait_until 60 failed
tap_done
