#!/bin/bash
# mswatch --init: whatever kind of ~/.mbsyncrc it is, what is printed passes -t and moves
# mail both ways without an edit, with real mbsync (1.4 and 1.5), sshd and Dovecot.
#
# Each kind is a user of its own, KIND, whose home here is $work/KIND/home and whose home on
# the server is $work/KIND/server.  All run side by side, as each waits for its inter_delay.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
needs mbsync

# isync 1.5 is unpacked before the test becomes another user, who gets a copy.
if [[ -z ${init_isync15+set} ]]; then
	init_isync15=
	if [[ $(mbsync --version) != "isync 1.4"* ]]; then
		init_isync15=$(command -v mbsync)
	elif unpacked=$(bash "$top_srcdir/tests/isync15.sh" "$(realpath "$top_builddir")/tests" 2>"$work/isync15.log"); then
		cp -r "${unpacked%/*}" "$work/isync15"
		chmod -R a+rX "$work/isync15"
		init_isync15=$work/isync15/mbsync
	elif [[ -n ${CI:-} ]]; then
		note "$(tail -n 20 "$work/isync15.log")"
		echo "Bail out! isync 1.5 can't be had"
		exit 1
	fi
	export init_isync15
fi
lab_user "$@"

# --- servers with a home for each user ---
eval "$(declare -f dovecot_configure | sed '1s/.*/lab_dovecot_configure ()/')"
dovecot_configure() {
	lab_dovecot_configure "$1"
	sed -i "s|maildir:$work/server/Maildir|maildir:~/Maildir|; s|home=$work/server|home=$work/%u/server|" \
		"$work/dovecot.conf"
}
eval "$(declare -f sshd_configure | sed '1s/.*/lab_sshd_configure ()/')"
sshd_configure() {
	lab_sshd_configure "$1"
	# MAILDIR is what tells the users apart
	echo "AcceptEnv MAILDIR" >>"$work/sshd_config"
}
lab_sshd
lab_dovecot

# ssh reads no ~/.ssh of another HOME; so the kinds find one in PATH that has the server.
ssh=$(command -v ssh)
kinds=()
kind_new() { # KIND MBSYNC: its user, without a ~/.mbsyncrc yet
	local bin=$work/$1/bin
	kinds+=("$1")
	mkdir -p "$bin" "$work/$1/home"
	mailbox_make "$1/server" INBOX
	{ cat "$work/ssh_config" && printf '\tSetEnv MAILDIR=%s\n' "$work/$1/server/Maildir"; } >"$work/$1/ssh_config"
	printf '#!/bin/sh\nexec %s -F "%s" "$@"\n' "$ssh" "$work/$1/ssh_config" >"$bin/ssh"
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$2" >"$bin/mbsync"
	chmod +x "$bin"/*
}
kind_run() { # KIND PROGRAM ARGUMENT...: as that user
	exec env PATH="$work/$1/bin:$PATH" HOME="$work/$1/home" "${@:2}"
}

# --- mail ---
# Each kind has two mailboxes: where they lie here, and what they are called on the server.
declare -A channel here there environment host
mail_drop() { # DIRECTORY TOKEN
	local name=${EPOCHREALTIME/./}.M$$Q$2.lab
	mkdir -p "$1"/{cur,new,tmp}
	printf '%s\n' "From: a@lab.invalid" "To: b@lab.invalid" "Subject: $2" "Message-ID: <$name@lab.invalid>" \
		"Date: Mon, 01 Jan 2024 00:00:00 +0000" "" "body" >"$1/tmp/$name"
	mv "$1/tmp/$name" "$1/new/$name"
}
mail_count() { find "$1/new" "$1/cur" -type f -exec grep -lx "Subject: $2" {} + 2>/dev/null | wc -l; }
has_mail() { (($(mail_count "$1" "$2") >= 1)); }

# kind KIND CHANNEL DIRECTORY MAILBOX DIRECTORY MAILBOX [MBSYNC]: its ~/.mbsyncrc is on stdin; the
# mailboxes DIRECTORY, below the home, are MAILBOX on the server.
kind() {
	kind_new "$1" "${7:-$(command -v mbsync)}"
	channel[$1]=$2
	here[$1.1]=$work/$1/home/$3 there[$1.1]=$(mailbox_path "$1/server" "$4")
	here[$1.2]=$work/$1/home/$5 there[$1.2]=$(mailbox_path "$1/server" "$6")
	mail_drop "${there[$1.1]}" before
	mail_drop "${there[$1.2]}" before
	cat >"$work/$1/home/.mbsyncrc"
	mkdir "$work/$1/home/Mail"      # mbsync makes no Path
}
account() { # KIND: the options of its account
	cat <<-CONF
		Host 127.0.0.1
		Port $imap_port
		User $1
		PassCmd "echo secret"
		SSLType None
		AuthMechs LOGIN
	CONF
}
rest() { # CHANNEL: the end of a section that holds all mailboxes
	printf '\nChannel %s\nFar :server:\nNear :local:\nPatterns *\nCreate Both\nExpunge Both\nSyncState *\n' "$1"
}

kind maildirpp work Maildir INBOX Maildir/.lists.dev lists/dev <<-CONF
	IMAPStore server
	$(account maildirpp)

	MaildirStore local
	Inbox ~/Maildir
	SubFolders Maildir++
	$(rest work)
CONF
kind verbatim work Mail/INBOX INBOX Mail/lists/dev lists/dev <<-CONF
	IMAPAccount mine
	$(account verbatim)

	IMAPStore server
	Account mine

	MaildirStore local
	Path ~/Mail/
	Inbox ~/Mail/INBOX
	SubFolders Verbatim
	$(rest work)
CONF
kind legacy work Maildir INBOX Mail/lists/.dev lists/dev <<-CONF
	IMAPStore server
	$(account legacy)

	MaildirStore local
	Path ~/Mail/
	SubFolders Legacy
	$(rest work)
CONF
kind tunnel work Maildir INBOX Maildir/.lists.dev lists/dev <<-CONF
	IMAPStore server
	Tunnel "$ssh -F $work/ssh_config -S none -W 127.0.0.1:$imap_port labhost"
	User tunnel
	Pass secret
	AuthMechs LOGIN

	MaildirStore local
	SubFolders Maildir++
	$(rest work)
CONF
# the server's INBOX is "post" here
kind mapinbox work Mail/post INBOX Mail/lists/dev lists/dev <<-CONF
	IMAPStore server
	$(account mapinbox)
	MapInbox post

	MaildirStore local
	Path ~/Mail/
	SubFolders Verbatim
	$(rest work | sed 's/^Patterns .*/Patterns * !INBOX/')
CONF
mkdir -p "$work/mapinbox/home/Maildir"/{cur,new,tmp}
kind flatten work Maildir INBOX Mail/lists.dev lists/dev <<-CONF
	IMAPStore server
	$(account flatten)

	MaildirStore local
	Path ~/Mail/
	Flatten .
	$(rest work)
CONF
# a channel of one mailbox, and one of some
kind group both Maildir INBOX Mail/dev lists/dev <<-CONF
	IMAPStore server
	$(account group)

	MaildirStore local
	Path ~/Mail/
	SubFolders Verbatim

	Channel inbox
	Far :server:
	Near :local:
	SyncState *

	Channel lists
	Far :server:lists/
	Near :local:
	Patterns * !INBOX
	Create Both
	SyncState *

	Group both inbox
	Channels lists
CONF
# the channel is of the second account
kind accounts work Maildir INBOX Maildir/.lists.dev lists/dev <<-CONF
	IMAPAccount first
	Host mail.example.invalid
	User x
	Pass x

	IMAPAccount second
	$(account accounts)

	IMAPStore else
	Account first

	IMAPStore server
	Account second

	MaildirStore other
	Path ~/other/

	MaildirStore local
	SubFolders Maildir++

	Channel else
	Far :else:
	Near :other:
	Patterns *
	$(rest work)
CONF
kind quotes 'my "w#rk' Mail/INBOX INBOX Mail/lists/dev lists/dev <<-CONF
	# a comment
	imapstore "the server" # another
	# and one in a section
	$(account quotes)

	MAILDIRSTORE "l\\"ö# 1"
	Path "~/Ma"il/
	Inbox ~/Mail/INBOX
	SubFolders "Verbatim"

	Channel "my \\"w#rk"
	Far ":the server:"
	Near ":l\\"ö# 1:"
	Patterns * "!no such"
	Create Both
	Expunge Both
	SyncState *
CONF
kind crlf work Maildir INBOX Maildir/.lists.dev lists/dev < <(sed 's/$/\r/' <<-CONF
	IMAPStore server
	$(account crlf)

	MaildirStore local
	SubFolders Maildir++
	$(rest work)
CONF
)
# no server: the Maildir that the other kinds have on it
host[maildirs]=
kind maildirs work Maildir INBOX Maildir/.lists.dev lists/dev <<-CONF
	MaildirStore server
	Inbox $work/maildirs/server/Maildir
	SubFolders Maildir++

	MaildirStore local
	SubFolders Maildir++
	$(rest work)
CONF
# no host: a Group over two accounts, each of which is watched over IMAP
if command -v watch_imap >/dev/null; then
	kind imap all Maildir INBOX more INBOX <<-CONF
		IMAPStore server
		$(account imap)

		IMAPStore second
		$(account imap2)

		MaildirStore local
		SubFolders Maildir++

		MaildirStore more
		Inbox ~/more

		Channel two
		Far :second:
		Near :more:
		SyncState *
		$(rest work)

		Group all work two
	CONF
	host[imap]=
	there[imap.2]=$(mailbox_path imap2/server INBOX)
	mail_drop "${there[imap.2]}" before
fi
if [[ -n $init_isync15 ]]; then
	newer() { sed 's/^SSLType/TLSType/'; }
	# 1.4 lists no mailboxes of a Path like that
	kind noslash work Maildir INBOX Mail/m-lists/dev lists/dev "$init_isync15" < <(newer <<-CONF
		IMAPStore server
		$(account noslash)

		MaildirStore local
		Path ~/Mail/m-
		SubFolders Verbatim
		$(rest work)
	CONF
	)
	kind xdg work Maildir INBOX Maildir/.lists.dev lists/dev "$init_isync15" < <(newer <<-CONF
		IMAPStore server
		$(account xdg)

		MaildirStore local
		SubFolders Maildir++
		$(rest work)
	CONF
	)
	mkdir -p "$work/xdg/home/.config"
	mv "$work/xdg/home/.mbsyncrc" "$work/xdg/home/.config/isyncrc"
	echo 'this is not what is read' >"$work/xdg/home/.mbsyncrc"
	# named by a variable that mswatch will not have
	kind variable work Maildir INBOX Maildir/.lists.dev lists/dev "$init_isync15" < <(newer <<-CONF
		IMAPStore server
		$(account variable)

		MaildirStore local
		SubFolders Maildir++
		$(rest work)
	CONF
	)
	mkdir -p "$work/variable/home/my conf"
	mv "$work/variable/home/.mbsyncrc" "$work/variable/home/my conf/isyncrc"
	environment[variable]="XDG_CONFIG_HOME=$work/variable/home/my conf"
fi

# --- two minutes for each ---
without_warning() { grep -v -e "IMAP Warning .* Password is being sent in the clear" -e "Both .* exist; using the former"; }
prepare() { # KIND: says what went wrong, and the exit status of each
	local where=${host[$1]-labhost} extra=${environment[$1]-unused=}
	# shellcheck disable=SC2086 # no host is no word
	{
		(kind_run "$1" env "$extra" mbsync -q "${channel[$1]}")
		echo $?
		(kind_run "$1" env "$extra" mswatch --init "${channel[$1]}" $where) >"$work/$1/home/.mswatchrc"
		echo $?
		(kind_run "$1" mswatch -t) >"$work/$1/understood"
		echo $?
	} 2>&1 | without_warning >"$work/$1/said"
}
declare -A pid
running=()
for kind in "${kinds[@]}"; do
	prepare "$kind" </dev/null
	is "$kind: mbsync and --init succeed, and -t has no warning" "$(cat "$work/$kind/said")" $'0\n0\n0'
	[[ $(cat "$work/$kind/said") == $'0\n0\n0' ]] || continue
	running+=("$kind")
	start kind_run "$kind" mswatch -v </dev/null >"$work/$kind/out" 2>"$work/$kind/err"
	pid[$kind]=$started
done

# all_do WHAT CONDITION: the condition holds of each kind; one of which it does not is told, and left
all_do() {
	local what=$1 kind left=() end=$((SECONDS + 60))
	for kind in "${running[@]}"; do
		if wait_until $((end > SECONDS ? end - SECONDS : 1)) "$2" "$kind"; then
			pass "$kind: $what"
			left+=("$kind")
		else
			fail "$kind: $what" "$(cat "$work/$kind/home/.mswatchrc")" "$(tail -n 30 "$work/$kind/out" "$work/$kind/err")"
		fi
	done
	running=("${left[@]}")
}
ready() { (($(grep -c "^${stamp}synced" "$work/$1/out") >= 2)); }
all_do "gets into step" ready
for kind in "${running[@]}"; do
	wc -l <"$work/$kind/out" >"$work/$kind/start"
	mail_drop "${there[$kind.1]}" there1
	mail_drop "${here[$kind.2]}" here2
done
moved() {
	has_mail "${here[$1.1]}" before && has_mail "${here[$1.2]}" before &&
		has_mail "${here[$1.1]}" there1 && has_mail "${there[$1.2]}" here2
}
all_do "a message comes from the server, and one goes there" moved
for kind in "${running[@]}"; do
	mail_drop "${there[$kind.2]}" there2
	mail_drop "${here[$kind.1]}" here1
done
moved_back() { has_mail "${here[$1.2]}" there2 && has_mail "${there[$1.1]}" here1; }
all_do "and the other way round" moved_back
copies() { # KIND: how often each message is there, on each side
	local token
	for token in here1 here2 there1 there2; do
		mail_count "${here[$1.${token: -1}]}" $token
		mail_count "${there[$1.${token: -1}]}" $token
	done | sort -u
}
for kind in "${running[@]}"; do
	end_pid "${pid[$kind]}"
	tail -n "+$(($(cat "$work/$kind/start") + 1))" "$work/$kind/out" >"$work/$kind/later"
	is "$kind: each message is there once" "$(copies "$kind")" 1
	lacks "$kind: by the mailboxes' names, not with all" "$work/$kind/later" "^${stamp}synced all"
	is "$kind: without a complaint" "$(without_warning <"$work/$kind/err")" ""
done
tap_done
