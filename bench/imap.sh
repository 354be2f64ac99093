#!/bin/bash
# mswatch with watch_imap beside other programs that bring mail home from an IMAP server: one
# Dovecot, with TLS and an account of 50 mailboxes for each.  Prints a table (imap.py has what
# is measured, and how).
#
#   make bench-imap
#
# BENCH_DELIVERIES: how many messages, each to another mailbox (40)
# BENCH_SPACING: the seconds from one to the next (2)
# BENCH_IDLE: how long all are watched while nothing happens, in seconds (600; an hour says most)
# BENCH_ONLY: the names of contenders (see below), where not all are wanted
#
# Programs that are not there are named below the table.
# shellcheck disable=SC2154
# shellcheck disable=SC2034 # for lab.sh
: "${top_srcdir:=$(cd "$(dirname "$0")/.." && pwd)}"
# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
needs dovecot mbsync openssl python3

# A process that keeps secrets shows its memory to privileged ones only.
lab_account=mswatch-bench       # whose inotify instances no test takes
lab_capabilities=(--inh-caps +sys_ptrace --ambient-caps +sys_ptrace)
lab_user "$@"

# --- the server: each user has mailboxes of his own ---
mailboxes=(INBOX box{01..49})
libexec=$(dirname "$(command -v dovecot)")/../lib/dovecot
lab_mail_location="maildir:$work/%u/Maildir"
bench_connections() { # each program's connections come from one address
	printf '%s\n' "protocol imap {" "  mail_max_userip_connections = 200" "}" \
		"service imap-login {" "  service_count = 0" "}" >>"$work/dovecot.conf"
}
lab_tls
dovecot_additions+=(bench_connections)
lab_dovecot
cat >"$work/deliver" <<-SCRIPT
	#!/bin/sh
	# USER MAILBOX: the message on stdin, as a server delivers it
	exec env USER="\$1" HOME="$work/\$1" "$libexec/dovecot-lda" -c "$work/dovecot.conf" -m "\$2"
SCRIPT
chmod +x "$work/deliver"

# --- the contenders: each a directory with what imap.py reads ---
missing=()
contenders=()
# prepare NAME TITLE: its mailboxes on the server, and a home for it, $home, where it has to
# fill Maildir; it finds the server at $port
prepare() {
	local mailbox
	home=$work/home/$1
	mkdir -p "$home"
	echo "$2" >"$home/title"
	port=$(port_free)
	echo "$port" >"$home/port"
	for mailbox in "${mailboxes[@]}"; do
		mailbox_make "$1" "$mailbox"
		deliver "$1" "$mailbox"
	done
	mbsync_write "$1"
}
contender() { # NAME: its command, on stdin
	{
		printf '#!/bin/sh\nexport HOME=%s XDG_RUNTIME_DIR=%s\n' "$home" "$home"
		cat
	} >"$home/run"
	chmod +x "$home/run"
	contenders+=("$1")
}
wanted() { # NAME
	[[ -z ${BENCH_ONLY:-} || " $BENCH_ONLY " == *" $1 "* ]]
}
mbsync_write() { # USER
	cat >"$home/.mbsyncrc" <<-CONF
		IMAPAccount server
		Host localhost
		Port $port
		User $1
		Pass secret
		SSLType IMAPS
		CertificateFile $work/cert.pem

		IMAPStore server
		Account server

		MaildirStore local
		Inbox $home/Maildir
		SubFolders Maildir++

		Channel lab
		Far :server:
		Near :local:
		Patterns *
		Create Near
		Expunge Both
		SyncState *
	CONF
	chmod 600 "$home/.mbsyncrc"
}
mswatch_contender() { # NAME TITLE BASE-DELAY
	wanted "$1" || return 0
	prepare "$1" "$2"
	mkdir -p "$home/Maildir"/{cur,new,tmp}
	HOME=$home mswatch --init lab >"$home/.mswatchrc" || exit 1
	sed -i "s/^base_delay .*/base_delay $3/" "$home/.mswatchrc"
	contender "$1" <<<"exec mswatch"
}
mswatch_contender mswatch "mswatch, as --init sets it (base_delay 1)" 1
mswatch_contender mswatch0 "mswatch, base_delay 0" 0
mswatch_contender mswatch10 "mswatch, base_delay 10 (where none is set)" 10

if ! command -v interimap >/dev/null; then
	missing+=("interimap: not installed (package interimap)")
elif wanted interimap; then
	prepare interimap "interimap --notify"
	mkdir -p "$home"/{.config,.local/share}/interimap
	cat >"$home/.config/interimap/config" <<-CONF
		[local]
		type = tunnel
		command = env USER=me $libexec/imap -c $work/dovecot.conf -o mail_location=maildir:$home/Maildir
		[remote]
		type = imaps
		host = localhost
		port = $port
		username = interimap
		password = secret
		SSL_CAfile = $work/cert.pem
	CONF
	chmod -R go= "$home/.config"
	# only a run that ends makes its database
	contender interimap <<-RUN
		[ -e $home/ready ] || { interimap -q && : >$home/ready; } || exit
		exec interimap --watch --notify
	RUN
fi

if ! command -v offlineimap >/dev/null; then
	missing+=("offlineimap: not installed (package offlineimap3)")
elif wanted offlineimap; then
	# It idles by as many connections as its first sync has opened at once, however many
	# folders are listed; the others wait for autorefresh.
	prepare offlineimap "offlineimap, idlefolders: all"
	list=$(printf "'%s'," "${mailboxes[@]}")
	cat >"$home/.offlineimaprc" <<-CONF
		[general]
		accounts = lab
		metadata = $home/metadata
		[Account lab]
		localrepository = local
		remoterepository = server
		autorefresh = 5
		[Repository local]
		type = Maildir
		localfolders = $home/Maildir
		[Repository server]
		type = IMAP
		remotehost = localhost
		remoteport = $port
		remoteuser = offlineimap
		remotepass = secret
		ssl = yes
		sslcacertfile = $work/cert.pem
		idlefolders = [$list]
	CONF
	contender offlineimap <<<"exec offlineimap -u basic"
fi

if wanted poll; then
	prepare poll "mbsync every ${BENCH_POLL:=60} s"
	echo "$BENCH_POLL" >"$home/every"
	mkdir -p "$home/Maildir"/{cur,new,tmp}
	contender poll <<<"exec mbsync -q -a"
fi
for program in goimapnotify mbidled; do
	missing+=("$program: not measured (no package in Debian)")
done

version() { # PACKAGE...
	# shellcheck disable=SC2016 # dpkg-query's
	dpkg-query -W -f '${Package} ${Version}, ' "$@" 2>/dev/null
}
python3 "$top_srcdir/bench/imap.py" "$((imap_port + 1))" "$work" "${mailboxes[*]}" "${contenders[@]}"
status=$?
printf '%s\n' "${missing[@]}"
echo "$(version dovecot-core isync openssl interimap offlineimap3)$(mswatch -V | head -n 1)"
exit "$status"
