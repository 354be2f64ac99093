#!/bin/bash
# The first version's sample configuration, and a watcher and a syncer that were
# written for it, work unchanged.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"

# Its sample: programs and Maildirs by default, ssh to the server, no delays set.
sample() {
	cat <<-'CONF'
		# mswatch configuration
		sync socketwatch mbsync
		mailbox_prefix mydomain :
		store local
		{
		        watch watch_maildirs
		}
		store mydomain {
		        watch ssh -o BatchMode=yes mail.mydomain.com inputkill watch_maildirs
		}
	CONF
}

lab_imap
sed -i 's/\<lab$/mydomain/' "$work/mbsyncrc"
cp "$work/mbsyncrc" "$work/local/.mbsyncrc"
sample >"$work/local/.mswatchrc"
mkdir "$work/bin"
printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$work/ssh_config" >"$work/bin/ssh"
sed -i 's/^Host labhost/Host mail.mydomain.com/' "$work/ssh_config"
chmod 755 "$work/bin/ssh"
deliver server INBOX 2

# mswatch as its user starts it
original=(env -u MAILDIR HOME="$work/local" PATH="$work/bin:$PATH" mswatch)
"${original[@]}" -t >"$work/understood" 2>&1
is "the sample is accepted" $? 0
start "${original[@]}" -v >"$work/out" 2>"$work/err" </dev/null
ok "mswatch gets into step" wait_until 60 syncs_at_least 2
contains "starts the local watcher" "$work/out" "^${stamp}Starting the watcher of local\$"
contains "and the server's" "$work/out" "^${stamp}Starting the watcher of mydomain\$"
contains "+ COMMAND" "$work/out" "^${stamp}[+] watch_maildirs\$"
contains "says when it watches" "$work/out" "^${stamp}Watching mailstores\$"
contains "syncs INBOX by its name" "$work/out" "^${stamp}[+] socketwatch mbsync mydomain:INBOX\$"
contains "and all by the prefix alone" "$work/out" "^${stamp}[+] socketwatch mbsync mydomain\$"
contains "says that a sync starts" "$work/out" "^${stamp}Sync started \(INBOX\)"
contains "and completes" "$work/out" "^${stamp}synced INBOX in [0-9.]+ s\$"
ok "mail has arrived" in_step INBOX 2
end_pid "$started"

# A watcher and a syncer for the first version's interfaces, without a prefix.
cat >"$work/bin/watcher" <<-SH
	#!/bin/sh
	echo
	sleep 1
	echo INBOX
	echo lists.dev
	exec cat
SH
cat >"$work/bin/syncer" <<-SH
	#!/bin/sh
	for mailbox; do echo "[\$mailbox]"; done | tr -d '\n' >>"$work/synced"
	echo >>"$work/synced"
SH
chmod 755 "$work"/bin/*
cat >"$work/local/.mswatchrc" <<-'CONF'
	base_delay 1
	inter_delay 1
	sync syncer -x
	store one { watch watcher }
	store two { watch watcher }
CONF
start "${original[@]}" >"$work/out" 2>"$work/err" </dev/null
synced() { [[ $(sed -n "$1p" "$work/synced" 2>/dev/null) == "$2" ]]; }
ok "the start syncs INBOX" wait_until 60 synced 1 '[-x][INBOX]'
ok "and then all, the empty name" wait_until 60 synced 2 '[-x][]'
ok "changes of both stores go in one sync, sorted, each once" \
	wait_until 60 synced 3 '[-x][INBOX][lists.dev]'
note "$(cat "$work/synced" "$work/err")"
tap_done
