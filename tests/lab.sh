# shellcheck shell=bash
# tests/lab.sh - a mail laboratory: sshd, Dovecot and mbsync on 127.0.0.1.
#
# Source it after tests/tap.sh.
#
#   lab_user "$@"       # started by root: runs the test again as an ordinary user
#   lab_maildirs        # two Maildirs, local and server, and mbsync between them
#   lab_imap            # the same over real ssh and a real IMAP server
#   lab_mswatch         # mswatch between them; returns when all is in step
#
# Everything is below $work, and tap.sh ends the daemons by their pids:
#   $work/local/Maildir, $work/server/Maildir    Maildir++; each the HOME of its side
#   $work/ssh_config     ssh -F $work/ssh_config labhost COMMAND
#   $work/mbsyncrc       channel "lab"
#   $work/mswatchrc, $work/out, $work/err        of the mswatch that lab_mswatch starts

# shellcheck disable=SC2154 # work, top_srcdir, top_builddir and started come from tap.sh
# shellcheck disable=SC2034 # pids and ports are for the tests

mkdir -p "$work/.runtime"        # for mswatch's lock files
export XDG_RUNTIME_DIR=$work/.runtime
: "${lab_account:=mswatch-test}"
lab_entry=()            # a command that runs the test, such as unshare
lab_capabilities=()     # setpriv's options that keep some

# Dovecot serves no mail to uid 0, so what root starts runs again as an account
# that exists for this only.  The source and the build may be where that account
# can't read: it gets copies.
lab_user() {
	((EUID == 0)) || return 0
	local stage=$work/stage program room
	room=$(basename "$(cd "$(dirname "$0")" && pwd)")
	needs setpriv useradd
	wait_until 30 lab_account_exists ||
		{ echo "Bail out! can't make the account $lab_account (useradd)"; exit 1; }
	mkdir -p "$stage/source"/{tests,bench} "$stage/tmp"
	for program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
		[[ -x $top_builddir/$program/$program ]] || continue
		mkdir -p "$stage/$program"
		cp "$top_builddir/$program/$program" "$stage/$program/"
	done
	mkdir -p "$stage/tests"
	for program in "$top_builddir"/tests/*_random; do
		[[ ! -x $program ]] || cp "$program" "$stage/tests/"
	done
	[[ ! -d $top_builddir/tests/preload ]] || cp -r "$top_builddir/tests/preload" "$stage/tests/"
	cp "$top_srcdir"/tests/*.{sh,py} "$stage/source/tests/"
	cp "$top_srcdir"/bench/*.{sh,py} "$stage/source/bench/"
	cp -r "$top_srcdir"/{README,INTERFACES,examples} "$stage/source/"
	chmod 711 "$work"
	chown -R "$lab_account:" "$stage"
	cd "$stage" || exit 1
	start "${lab_entry[@]}" setpriv --reuid="$lab_account" --regid="$(id -g "$lab_account")" \
		--clear-groups "${lab_capabilities[@]}" \
		env -u XDG_RUNTIME_DIR -u XDG_CONFIG_HOME -u XDG_STATE_HOME -u MAILDIR -u BASH_ENV \
		HOME="$stage" USER="$lab_account" LOGNAME="$lab_account" TMPDIR="$stage/tmp" \
		top_srcdir="$stage/source" top_builddir="$stage" \
		bash "$stage/source/$room/${0##*/}" "$@"
	wait "$started"
	exit
}
lab_account_exists() {
	id -u "$lab_account" >/dev/null 2>&1 ||
		useradd --system --no-create-home --home-dir / --shell /bin/bash \
			"$lab_account" >/dev/null 2>&1
}

# --- mail: SIDE is local or server, MAILBOX is INBOX or as mbsync names it (a/b) ---
mailbox_path() {
	if [[ $2 == INBOX ]]; then echo "$work/$1/Maildir"; else echo "$work/$1/Maildir/.${2//\//.}"; fi
}
mailbox_make() { mkdir -p "$(mailbox_path "$1" "$2")"/{cur,new,tmp}; }
mailbox_exists() { [[ -d $(mailbox_path "$1" "$2")/cur ]]; }

lab_sequence=0
deliver() { # SIDE MAILBOX [HOW-MANY]
	local path name i
	path=$(mailbox_path "$1" "$2")
	for ((i = 0; i < ${3:-1}; i++)); do
		lab_sequence=$((lab_sequence + 1))
		name=${EPOCHREALTIME/./}.M$$Q$lab_sequence.$1
		printf '%s\n' "From: a@lab.invalid" "To: b@lab.invalid" "Subject: $1 $2 $lab_sequence" \
			"Message-ID: <$name@lab.invalid>" "Date: Mon, 01 Jan 2024 00:00:00 +0000" "" \
			"body" >"$path/tmp/$name"
		mv "$path/tmp/$name" "$path/new/$name"
	done
}

messages() { # SIDE MAILBOX: the Message-IDs, one a line, sorted
	local path
	path=$(mailbox_path "$1" "$2")
	find "$path/new" "$path/cur" -type f -exec sed -n 's/^Message-ID: //p' {} + 2>/dev/null | sort
}
count() { messages "$1" "$2" | wc -l; }
count_is() { [[ $(count "$1" "$2") == "$3" ]]; }
in_step() { # MAILBOX HOW-MANY: both sides hold the same messages, each once
	local local_messages
	local_messages=$(messages local "$1")
	[[ $local_messages == "$(messages server "$1")" &&
		$(sort -u <<<"$local_messages" | grep -c .) == "$2" &&
		$(grep -c . <<<"$local_messages") == "$2" ]]
}

flag() { # SIDE MAILBOX LETTERS: gives every message these flags
	local path file name
	path=$(mailbox_path "$1" "$2")
	for file in "$path"/new/* "$path"/cur/*; do
		[[ -e $file ]] || continue
		name=${file##*/}
		mv "$file" "$path/cur/${name%%:2,*}:2,$3"
	done
}
flagged_is() { # SIDE MAILBOX LETTER HOW-MANY
	local path
	path=$(mailbox_path "$1" "$2")
	[[ $(find "$path/cur" -type f -name "*:2,*$3*" | wc -l) == "$4" ]]
}

# --- daemons ---
port_open() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port_free() { # a port that nobody listens on, below the ephemeral ones
	local port
	for _ in {1..200}; do
		port=$((20000 + RANDOM % 12000))
		port_open "$port" || { echo "$port"; return; }
	done
	return 1
}

# lab_daemon LOG CONFIGURE CMD...: starts a daemon on a free port, which
# CONFIGURE PORT writes into its configuration; the port is in $lab_port.
lab_daemon() {
	local log=$1 configure=$2
	shift 2
	for _ in {1..5}; do
		lab_port=$(port_free)
		"$configure" "$lab_port"
		start "$@" </dev/null >>"$log" 2>&1
		wait_until 30 daemon_settled "$started" "$lab_port"
		alive "$started" && port_open "$lab_port" && return
		end_pid "$started"
	done
	note "$(tail -n 20 "$log")"
	echo "Bail out! $1 does not start"
	exit 1
}
daemon_settled() { port_open "$2" || not alive "$1"; }

# HOME, and so ~/Maildir, is the server's; the programs are those under test.
sshd_configure() {
	cat >"$work/sshd_config" <<-CONF
		Port $1
		ListenAddress 127.0.0.1
		HostKey $work/host_key
		PidFile none
		AuthorizedKeysFile $work/authorized_keys
		PasswordAuthentication no
		KbdInteractiveAuthentication no
		UsePAM no
		StrictModes no
		MaxStartups 100
		SetEnv PATH=$PATH HOME=$work/server
	CONF
}
ssh_configure() { # FILE KEY
	cat >"$1" <<-CONF
		Host labhost
			HostName 127.0.0.1
			Port $ssh_port
			User $(id -un)
			IdentityFile $2
			IdentitiesOnly yes
			IdentityAgent none
			UserKnownHostsFile $work/known_hosts
			GlobalKnownHostsFile /dev/null
			StrictHostKeyChecking accept-new
			LogLevel ERROR
	CONF
}
lab_sshd() {
	needs sshd ssh ssh-keygen
	mkdir -p "$work/server"
	ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$work/key"
	cp "$work/key.pub" "$work/authorized_keys"
	lab_daemon "$work/sshd.log" sshd_configure "$(command -v sshd)" -f "$work/sshd_config" -D -e
	sshd_pid=$started
	ssh_port=$lab_port
	ssh_configure "$work/ssh_config" "$work/key"
	lab_ssh true || { note "$(tail "$work/sshd.log")"; echo "Bail out! no way in by ssh"; exit 1; }
}
lab_ssh() { timeout 60 ssh -n -o BatchMode=yes -F "$work/ssh_config" labhost "$@"; }

dovecot_additions=()    # commands that add to its configuration, and are told the port
dovecot_configure() {
	local addition
	cat >"$work/dovecot.conf" <<-CONF
		base_dir = $work/dovecot
		state_dir = $work/dovecot/state
		log_path = $work/dovecot.log
		protocols = imap
		listen = 127.0.0.1
		ssl = no
		disable_plaintext_auth = no
		default_internal_user = $(id -un)
		default_internal_group = $(id -gn)
		default_login_user = $(id -un)
		default_vsz_limit = 0
		first_valid_uid = 1
		first_valid_gid = 1
		mail_location = ${lab_mail_location:-maildir:$work/server/Maildir}
		mail_fsync = never
		namespace inbox {
		  inbox = yes
		  separator = /
		}
		passdb {
		  driver = static
		  args = password=secret
		}
		userdb {
		  driver = static
		  args = uid=$(id -u) gid=$(id -g) home=$work/server
		}
		service imap-login {
		  chroot =
		  inet_listener imap {
		    address = 127.0.0.1
		    port = $1
		  }
		  inet_listener imaps {
		    port = 0
		  }
		}
		service anvil {
		  chroot =
		}
		service stats {
		  chroot =
		}
	CONF
	for addition in "${dovecot_additions[@]}"; do "$addition" "$1"; done
}
# Before Dovecot starts: it speaks TLS as well, IMAPS on the port behind the other, with the
# certificate $work/cert.pem, for localhost and ADDRESS...
lab_tls() { # [ADDRESS...]
	certificate "$@"
	dovecot_additions+=(dovecot_add_tls)
}
dovecot_add_tls() { # PORT
	sed -i "s|^ssl = no|ssl = yes\nssl_cert = <$work/cert.pem\nssl_key = <$work/key.pem|" "$work/dovecot.conf"
	cat >>"$work/dovecot.conf" <<-CONF
		service imap-login {
		  inet_listener imaps {
		    address = 127.0.0.1
		    port = $(($1 + 1))
		    ssl = yes
		  }
		}
	CONF
}
lab_dovecot() {
	needs dovecot
	mkdir -p "$work/dovecot/state"
	lab_daemon "$work/dovecot.log" dovecot_configure "$(command -v dovecot)" -F -c "$work/dovecot.conf"
	dovecot_pid=$started
	imap_port=$lab_port
}

imap() { # COMMAND...: says them to the server, and waits for each to be done
	local command tag=0 line
	exec {socket}<>"/dev/tcp/127.0.0.1/$imap_port"
	for command in "LOGIN lab secret" "$@" LOGOUT; do
		tag=$((tag + 1))
		printf 'a%d %s\r\n' "$tag" "$command" >&"$socket"
		while read -rt 30 -u "$socket" line; do
			[[ $line != "a$tag "* ]] || break
		done
		[[ $line == "a$tag OK"* ]] || note "IMAP: $command: $line"
	done
	exec {socket}>&-
}

# Ends it with its sessions, which outlive it at times.
lab_dovecot_end() {
	local processes process
	mapfile -t processes < <(descendants "$dovecot_pid")
	end_pid "$dovecot_pid"
	for process in "${processes[@]}"; do end_pid "$process"; done
}

# --- mbsync and mswatch ---
imap_store() { # HOST: Dovecot without TLS, as mbsync's store of that name
	printf '%s\n' "IMAPStore server" "Host $1" "Port $imap_port" "User lab" "Pass secret" \
		"SSLType None" "AuthMechs LOGIN"
}
mbsync_configure() { # the server's store, on stdin
	{
		cat
		cat <<-CONF

			MaildirStore local
			Inbox $work/local/Maildir
			SubFolders Maildir++

			Channel lab
			Far :server:
			Near :local:
			Patterns *
			Create Both
			Expunge Both
			SyncState *
		CONF
	} >"$work/mbsyncrc"
}
mswatch_configure() { # the command that watches the server
	cat >"$work/mswatchrc" <<-CONF
		base_delay 0.1
		inter_delay 0.2
		max_delay 2
		sync socketwatch -t 30 mbsync -q -c $work/mbsyncrc
		mailbox_prefix lab :
		store local { watch watch_maildirs -s / -e -m $work/local/Maildir }
		store server { watch $* }
	CONF
}

lab_maildirs() {
	needs mbsync
	mailbox_make local INBOX
	mailbox_make server INBOX
	mbsync_configure <<-CONF
		MaildirStore server
		Inbox $work/server/Maildir
		SubFolders Maildir++
	CONF
	mswatch_configure inputkill watch_maildirs -s / -m "$work/server/Maildir"
}

lab_imap() {
	needs mbsync
	mailbox_make local INBOX
	mailbox_make server INBOX
	lab_sshd
	lab_dovecot
	mbsync_configure < <(imap_store 127.0.0.1)
	mswatch_configure ssh -F "$work/ssh_config" -o BatchMode=yes labhost \
		inputkill watch_maildirs -s /
}

# Notes in $work/runs, as mswatch_stage.sh does, when mbsync starts and ends, and in
# $work/watchers each start of the watcher of STORE, which is soon started again.
lab_runs() { # STORE
	cat >"$work/sync" <<-SCRIPT
		#!/bin/sh
		echo "start \$*" >>"$work/runs"
		mbsync -q -c "$work/mbsyncrc" "\$@"
		status=\$?
		echo "end \$status" >>"$work/runs"
		exit \$status
	SCRIPT
	cat >"$work/watch" <<-SCRIPT
		#!/bin/sh
		echo . >>"$work/watchers"
		exec $(sed -n "s/^store $1 { watch \(.*\) }/\1/p" "$work/mswatchrc")
	SCRIPT
	chmod +x "$work/sync" "$work/watch"
	sed -i -e "s|^sync .*|sync $work/sync|; s/^max_delay .*/max_delay 0.2/" \
		-e "s|^store $1 .*|store $1 { watch $work/watch }|" "$work/mswatchrc"
}

syncs_completed() { grep -c "^${stamp}synced " "$work/out"; }
syncs_at_least() { (($(syncs_completed) >= $1)); }
lab_mswatch() { # OPTION...: in step means the two syncs of the start are done
	: >"$work/out"
	: >"$work/err"
	start env HOME="$work/local" mswatch -c "$work/mswatchrc" "$@" \
		>"$work/out" 2>"$work/err" </dev/null
	mswatch_pid=$started
	wait_until 60 syncs_at_least 2 || lab_story "mswatch does not get into step"
}
lab_story() { # WHAT: shows what mswatch said, after a failure
	note "$1; mswatch's last words:" "$(tail -n 25 "$work/out" "$work/err")"
	return 1
}

descendants() { # PID: the pids of all processes below it
	local child
	for child in $(ps -o pid= --ppid "$1"); do
		echo "$child"
		descendants "$child"
	done
}
