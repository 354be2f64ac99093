#!/bin/bash
# The setting channel with mbsync, of both versions, over real ssh and real IMAP: what is
# excluded is left alone, and every name travels both ways, whatever a channel does to it.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
needs mbsync

# The account of lab_user has only what stands beside its copies of the programs.
if ((EUID == 0)) && bash "$top_srcdir/tests/isync15.sh" "$(realpath "$top_builddir")/tests" >"$work/isync15" 2>/dev/null; then
	mkdir -p "$work/stage/tests"
	cp -r "$(dirname "$(<"$work/isync15")")" "$work/stage/tests/"
fi
lab_user "$@"

declare -A programs=()
case $(mbsync --version) in
"isync 1.4"*) programs[1.4]=$(command -v mbsync) ;;
*) programs[1.5]=$(command -v mbsync) ;;
esac
if [[ -z ${programs[1.5]-} ]]; then
	program=$(bash "$top_srcdir/tests/isync15.sh" "$top_builddir/tests" 2>"$work/isync15.log") && programs[1.5]=$program
	[[ -n ${programs[1.5]-} || -z ${CI:-} ]] || fail "isync 1.5 can be had"
fi

# --- where mail lies: the server's names are modified UTF-7, in directories of these names ---
declare -A near=() far=()               # of each mailbox, below $side
mailbox_path() { # SIDE MAILBOX
	if [[ $1 == local ]]; then echo "$side/${near[$2]}"; else echo "$work/server/Mail/${far[$2]}"; fi
}
lab_mail_location=maildir:$work/server/Mail:LAYOUT=fs
lab_sshd
lab_dovecot

begin_server() { # MAILBOX...: the server has these, and a message in each
	local mailbox
	rm -rf "$work/server/Mail"
	for mailbox; do
		mailbox_make server "$mailbox"
		deliver server "$mailbox"
	done
}
stores() { # VERSION
	local tls=SSLType
	[[ $1 == 1.4 ]] || tls=TLSType
	cat <<-RC
		Create Both
		SyncState *

		IMAPStore server
		Host 127.0.0.1
		Port $imap_port
		User lab
		Pass secret
		$tls None
		AuthMechs LOGIN

		MaildirStore local
		Path ~/Mail/
		Inbox ~/Mail/INBOX
		SubFolders Verbatim

		MaildirStore flat
		Path ~/Flat/
		Inbox ~/Flat/INBOX
		Flatten .

	RC
}
settings() { # VERSION CHANNEL [LINE...]
	cat <<-CONF
		base_delay 0.1
		inter_delay 0.2
		max_delay 2
		sync socketwatch -t 30 ${programs[$1]} -q
		channel $2
		store local { watch watch_maildirs -l verbatim -m $side/Mail -i INBOX }
		store mydomain { watch ssh -F $work/ssh_config -o BatchMode=yes labhost inputkill watch_maildirs -l verbatim -m $work/server/Mail -i . }
	CONF
	shift 2
	[[ $# == 0 ]] || printf '%s\n' "$@"
}
# What was synced since settle, as messages show it, each once; -v shows each argument.
synced() { sed -n "s/^$stamp+ .*mbsync -q //p" "$work/out" | xargs -n 1 | sort -u; }
only() { # NAME ARGUMENT...: runs were for these alone
	local name=$1
	shift
	is "$name" "$(synced)" "$(printf '%s\n' "$@" | sort)"
}
start_mswatch() {
	: >"$work/out"
	: >"$work/err"
	start env HOME="$side" XDG_CONFIG_HOME="$side/.config" mswatch -v -c "$work/mswatchrc" >>"$work/out" 2>>"$work/err"
	mswatch_pid=$started
	wait_until 60 grep -q "^${stamp}synced all mailboxes in" "$work/out" || lab_story "mswatch does not get into step"
}
stop_mswatch() {
	end_pid "$mswatch_pid"
	lacks "$version: nobody complained" "$work/err" "^${stamp}mswatch: (Sync|.*(error|fail|refuse|dropped))"
}
# What a run changes is reported by watchers, and synced once more: that has to be over.
is_settled() {
	: >"$work/out"
	kill -USR1 "$mswatch_pid"
	wait_until 30 grep -q 'syncs*, [0-9]* failure' "$work/out" && grep -q "Nothing is pending" "$work/out"
}
settle() {
	wait_until 60 is_settled
	: >"$work/out"
}
counts=1
travel() { # NAME MAILBOX... -- ARGUMENT...: delivered on one side, then on the other, by these runs
	local name=$1 from mailbox mailboxes=()
	shift
	while [[ $1 != -- ]]; do
		mailboxes+=("$1")
		shift
	done
	shift
	for from in server local; do
		settle
		counts=$((counts + 1))
		for mailbox in "${mailboxes[@]}"; do
			deliver "$from" "$mailbox"
		done
		for mailbox in "${mailboxes[@]}"; do
			ok "$version: $mailbox travels from $from" wait_until 60 in_step "$mailbox" "$counts"
		done
		only "$version: $name from $from: nothing else is synced" "$@"
	done
}

# --- names; a group of two channels, one with Flatten and a far prefix ---
names_round() {
	local mailbox umlauts='Entw&APw-rfe' and='R&-D'
	[[ $version == 1.4 ]] || { umlauts=Entwürfe and='R&D'; }
	far=([INBOX]=. [Entwürfe]='Entw&APw-rfe' ['R&D']='R&-D' [Spam]=Spam [lists/a/b]=lists/a/b)
	near=([INBOX]=Mail/INBOX [Entwürfe]="Mail/$umlauts" ['R&D']="Mail/$and" [Spam]=Mail/Spam [lists/a/b]=Flat/a.b)
	local plain=('a,b' 50% -rf v1.2 x/y.z 'with space')
	for mailbox in "${plain[@]}"; do
		far[$mailbox]=$mailbox
		near[$mailbox]=Mail/$mailbox
	done
	begin_server "${!far[@]}"
	mailbox_make local INBOX
	mkdir -p "$side/Flat/INBOX"/{cur,new,tmp}
	{
		stores "$version"
		cat <<-'RC'
			Channel work
			Far :server:
			Near :local:
			Patterns * !Spam !lists*

			Channel lists
			Far :server:lists/
			Near :flat:
			Patterns * !INBOX

			Group both work lists
		RC
	} >"$side/.mbsyncrc"
	settings "$version" both "store flat { watch watch_maildirs -l verbatim -m $side/Flat -i INBOX }" >"$work/mswatchrc"
	start_mswatch
	for mailbox in "${!far[@]}"; do
		[[ $mailbox == Spam ]] || ok "$version: $mailbox is there at the start" wait_until 60 in_step "$mailbox" 1
	done
	counts=1
	travel "what has a name" INBOX Entwürfe 'R&D' 50% -rf v1.2 x/y.z 'with space' -- \
		work:INBOX "work:$umlauts" "work:$and" work:50% work:-rf work:v1.2 work:x/y.z 'work:with space'
	counts=1
	travel "behind Flatten and a far prefix" lists/a/b -- lists:a/b
	counts=1
	travel "a comma" a,b -- both
	settle
	deliver server Spam
	wait_until 60 grep -q "^${stamp}mydomain: Spam is not in both: nothing to sync" "$work/out"
	deliver server -rf
	ok "$version: mail goes on" wait_until 60 in_step -rf 4
	only "$version: an excluded mailbox's delivery runs nothing" work:-rf
	ok "$version: it is not there" not test -e "$side/Mail/Spam"
	is "$version: what can't be said is told" "$(grep -c "mailbox a,b can't be given to" "$work/err")" 1
	stop_mswatch
}

# --- a file as Gmail's users have: four channels of one mailbox, and one of the rest ---
gmail_round() {
	local mailbox argument
	far=([INBOX]=. [sent]='[Gmail]/Sent Mail' [drafts]='[Gmail]/Drafts' [trash]='[Gmail]/Trash' [all]='[Gmail]/All Mail' [team/dev]=team/dev)
	near=([INBOX]=Mail/INBOX [sent]=Mail/sent [drafts]=Mail/drafts [trash]=Mail/trash [team/dev]=Mail/team/dev)
	begin_server "${!far[@]}"
	mailbox_make local INBOX
	{
		stores "$version"
		cat <<-'RC'
			Channel gmail-inbox
			Far :server:
			Near :local:

			Channel gmail-sent
			Far ":server:[Gmail]/Sent Mail"
			Near :local:sent

			Channel gmail-drafts
			Far :server:[Gmail]/Drafts
			Near :local:drafts

			Channel gmail-trash
			Far :server:[Gmail]/Trash
			Near :local:trash

			Channel gmail-rest
			Far :server:
			Near :local:
			Patterns * ![Gmail]* !INBOX !sent !drafts !trash

			Group gmail
			Channels gmail-inbox gmail-sent gmail-drafts gmail-trash
			Channel gmail-rest
		RC
	} >"$side/.mbsyncrc"
	settings "$version" gmail >"$work/mswatchrc"
	start_mswatch
	for mailbox in INBOX sent drafts trash; do
		counts=1
		argument=gmail-$mailbox
		travel "$mailbox" "$mailbox" -- "${argument/INBOX/inbox}"
	done
	counts=1
	travel team/dev team/dev -- gmail-rest:team/dev
	settle
	deliver server all
	wait_until 60 grep -q "^${stamp}mydomain: \[Gmail\]/All Mail is not in gmail" "$work/out"
	deliver server sent
	ok "$version: mail goes on" wait_until 60 in_step sent 4
	only "$version: All Mail runs nothing" gmail-sent
	stop_mswatch
}

for version in $(printf '%s\n' "${!programs[@]}" | sort); do
	side=$work/$version
	mkdir -p "$side"
	names_round
done
side=$work/gmail
mkdir -p "$side"
gmail_round                             # with the newest
tap_done
