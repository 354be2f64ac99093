# shellcheck shell=bash
# tests/imap_lab.sh - IMAP servers of Debian's packages on 127.0.0.1.
#
# Source it after tests/lab.sh.
#
#   imap_unpack SERVER...   # before lab_user: the trees of their packages
#   lab_user "$@"
#   imap_has SERVER         # whether it can be had: outside of CI it need not
#   imap_up SERVER          # starts it, where it is no Tunnel, with the mailboxes work and lists/dev
#   imap_configure FILE     # the IMAPStore server
#
# One server a test script; tap.sh ends it.  imap_up sets
#   imap_account            lines of an IMAPStore
#   imap_client             arguments for imap_random.py: how other clients come in
#   imap_deliver            arguments for it: how else mail comes in
#
# Logins are lab with the password secret.  Whatever is started is below $work, and tap.sh ends it.

# shellcheck disable=SC2154 # work, top_srcdir, top_builddir and started come from tap.sh
# shellcheck disable=SC2034 # the rest is for the tests

imap_servers=(dovecot-storm dovecot dovecot-fs dovecot-mbox dovecot-quiet dovecot-unindexed
	cyrus cyrus-unidled courier courier-silent imap4d)
imap_describe() { # SERVER
	case $1 in
	dovecot) echo "Dovecot, which tells by NOTIFY" ;;
	dovecot-fs) echo "Dovecot, folders as directories" ;;
	dovecot-mbox) echo "Dovecot with mboxes" ;;
	dovecot-quiet) echo "Dovecot without NOTIFY" ;;
	dovecot-unindexed) echo "Dovecot without an index of mailboxes" ;;
	dovecot-storm) echo "Dovecot in a storm" ;;
	cyrus) echo "Cyrus, which tells by idled" ;;
	cyrus-unidled) echo "Cyrus without idled" ;;
	courier) echo "Courier, which is told by gamin" ;;
	courier-silent) echo "Courier without gamin" ;;
	imap4d) echo "mailutils' imap4d" ;;
	esac
}

# --- the trees ---
imap_package() { # SERVER
	case $1 in
	cyrus*) echo cyrus-imapd ;;
	courier*) echo courier-imap ;;
	imap4d*) echo mailutils-imap4d ;;
	esac
}
# They go where the account of the test can read them; lab_user keeps this variable.
imap_unpack() { # SERVER...
	local server package tree
	[[ -z ${imap_trees:-} ]] || return 0
	export imap_trees=$work/servers
	mkdir -p "$imap_trees"
	chmod 711 "$work"
	for server; do
		package=$(imap_package "$server")
		! imap_has "$server" || continue
		if tree=$(bash "$top_srcdir/tests/imap_unpack.sh" "$(realpath "$top_builddir")/tests/servers" \
			"$package" 2>"$work/unpack.log"); then
			cp -r "$tree" "$imap_trees/"
		else
			note "$package can't be had:" "$(tail -n 10 "$work/unpack.log")"
			[[ -z ${CI:-} ]] || { echo "Bail out! no package $package"; exit 1; }
		fi
	done
}
imap_has() { # SERVER
	local package
	package=$(imap_package "$1")
	[[ -z $package || -d $imap_trees/$package ]]
}
# imap_use SERVER: sets $tree, and in $libraries what its programs need
imap_use() {
	local library
	tree=$imap_trees/$(imap_package "$1")
	libraries=
	for library in "$tree"/usr/lib "$tree"/usr/lib/*-linux-gnu {"$tree",}/usr/lib/courier-authlib; do
		[[ ! -d $library ]] || libraries+=${libraries:+:}$library
	done
}

# --- what all have ---
imap_script() { # NAME: a program that is on stdin; its path in $script
	script=$work/$1
	{ echo "#!/bin/bash"; cat; } >"$script"
	chmod 755 "$script"
}
imap_tcp() { # PORT
	imap_client=(--port "$1")
	imap_account=("Host 127.0.0.1" "Port $1" "SSLType None" "AuthMechs LOGIN")
}
imap_tls() { # PORT IMAPS|STARTTLS
	imap_account=("Host localhost" "Port $1" "SSLType $2" "CertificateFile $work/cert.pem")
}
imap_tunnel() { # PROGRAM
	imap_client=(--command "$1")
	imap_account=("Tunnel \"$1\"")
}
# Mail that is moved into new/: PATTERN is sed's, from a mailbox's name to its Maildir
imap_drop() { # PATTERN
	imap_script drop <<-SH
		folder=\$(sed '$1' <<<"\$1")
		name=\${EPOCHREALTIME/./}.M\$\$.dropped
		[[ -d \$folder/new ]] || exit 75
		cat >"\$folder/tmp/\$name" && mv "\$folder/tmp/\$name" "\$folder/new/\$name"
	SH
	imap_deliver+=(--deliver "drop=$script")
}

# --- Dovecot ---
dovecot_tunnel() {
	imap_script tunnel <<-SH
		exec env USER=lab HOME=$server_mail $(dirname "$(command -v dovecot)")/../lib/dovecot/imap -c $work/dovecot.conf
	SH
	imap_account=("Tunnel $script")
}
dovecot_set() { echo "$dovecot_settings" >>"$work/dovecot.conf"; }
dovecot_up() { # SERVER
	local more=
	server_mail=$work/server
	case $1 in
	dovecot-fs) lab_mail_location=maildir:$server_mail/fs:LAYOUT=fs ;;
	dovecot-mbox) lab_mail_location=mbox:$server_mail/mboxes:INBOX=$server_mail/inbox ;;
	*) lab_mail_location=maildir:$server_mail/Maildir ;;
	esac
	case $1 in
	dovecot-quiet) more="imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE CONDSTORE LIST-EXTENDED LIST-STATUS MOVE UIDPLUS" ;;
	dovecot-unindexed) more="mailbox_list_index = no" ;;
	dovecot-mbox) more="mbox_write_locks = fcntl" ;;
	esac
	dovecot_settings="mail_max_userip_connections = 50
		lda_mailbox_autocreate = no
		postmaster_address = lab@lab.invalid
		$more"
	lab_tls
	dovecot_additions+=(dovecot_set)
	lab_dovecot
	imaps_port=$((imap_port + 1))
	imap_tcp "$imap_port"
	case $1 in
	dovecot) imap_tls "$imaps_port" IMAPS ;;
	dovecot-fs) imap_tls "$imap_port" STARTTLS ;;
	dovecot-mbox) dovecot_tunnel ;;
	esac
	imap_script lda <<-SH
		[[ \$1 != *"&"* ]] || exit 75 # it takes other names
		exec env HOME=$server_mail $(dirname "$(command -v dovecot)")/../lib/dovecot/dovecot-lda -c $work/dovecot.conf -d lab -m "\$1"
	SH
	imap_deliver=(--deliver "lda=$script")
	case $1 in
	dovecot-fs) imap_drop "s|^|$server_mail/fs/|; s|/INBOX\$||" ;;
	dovecot-mbox) ;;
	*) imap_drop "s|/|.|g; s|^|$server_mail/Maildir/.|; s|/\\.INBOX\$||" ;;
	esac
	imap_make work lists/dev
}

# --- Cyrus ---
cyrus_configure() { # PORT; IMAPS is on the port behind it
	imaps_port=$(port_free)
	cat >"$cyrus/imapd.conf" <<-CONF
		configdirectory: $cyrus/conf
		defaultpartition: default
		partition-default: $cyrus/spool
		cyrus_user: $(id -un)
		cyrus_group: $(id -gn)
		admins: cyrus
		allowplaintext: yes
		sasl_pwcheck_method: alwaystrue
		sasl_mech_list: PLAIN
		unixhierarchysep: yes
		altnamespace: yes
		autocreate_quota: 0
		idlesocket: $cyrus/socket/idle
		lmtpsocket: $cyrus/socket/lmtp
		notifysocket: $cyrus/socket/notify
		proc_path: $cyrus/proc
		mboxname_lockpath: $cyrus/lock
		sievedir: $cyrus/sieve
		tls_server_cert: $work/cert.pem
		tls_server_key: $work/key.pem
	CONF
	cat >"$cyrus/cyrus.conf" <<-CONF
		START {
		  recover cmd="$bin/ctl_cyrusdb -C $cyrus/imapd.conf -r"
		}
		SERVICES {
		  imap cmd="$bin/imapd -C $cyrus/imapd.conf" listen="127.0.0.1:$1" prefork=0 maxchild=100
		  imaps cmd="$bin/imapd -s -C $cyrus/imapd.conf" listen="127.0.0.1:$imaps_port" prefork=0 maxchild=100
		  lmtp cmd="$bin/lmtpd -C $cyrus/imapd.conf" listen="$cyrus/socket/lmtp" prefork=0 maxchild=20
		}
		$cyrus_daemons
	CONF
}
cyrus_up() { # SERVER; its master signals the group that it is in
	local bin cyrus=$work/cyrus cyrus_daemons=
	imap_use cyrus
	bin=$tree/usr/lib/cyrus/bin
	[[ $1 == cyrus-unidled ]] ||
		cyrus_daemons="DAEMON {
  idled cmd=\"$bin/idled -C $cyrus/imapd.conf\"
}"
	mkdir -p "$cyrus"/{conf/{db,log,msg,proc,socket},spool,socket,proc,lock,sieve}
	certificate
	lab_daemon "$work/cyrus.log" cyrus_configure setsid env LD_LIBRARY_PATH="$libraries" "$bin/master" -D \
		-C "$cyrus/imapd.conf" -M "$cyrus/cyrus.conf" -p "$cyrus/master.pid"
	imap_port=$lab_port
	imap_tcp "$imap_port"
	if [[ $1 == cyrus ]]; then imap_tls "$imaps_port" IMAPS; else imap_tls "$imap_port" STARTTLS; fi
	imap_script lmtp <<-SH
		export LD_LIBRARY_PATH=$libraries
		[[ \$1 != *"&"* ]] || exit 75 # it takes other names
		[[ \$1 == INBOX ]] || mailbox=(-m "\$1")
		exec $bin/deliver -C $cyrus/imapd.conf -a lab "\${mailbox[@]}" lab
	SH
	imap_deliver=(--deliver "lmtp=$script")
	imap_make work lists/dev
}

# --- Courier: its imapd as its own login program starts it ---
courier_up() { # SERVER
	local home=$work/courier fam=mswatch-$$-$RANDOM
	imap_use courier
	mkdir -p "$home"/Maildir/{cur,new,tmp}
	imap_script tunnel <<-SH
		cd $home
		exec env -i HOME=$home LD_LIBRARY_PATH=$libraries PATH=/usr/bin:/bin GAM_CLIENT_ID=$fam \\
			USER=$(id -un) AUTHENTICATED=lab AUTHADDR=lab IMAP_USELOCKS=1 IMAP_IDLE_TIMEOUT=60 \\
			IMAP_ENHANCEDIDLE=1 IMAP_CHECK_ALL_FOLDERS=0 IMAP_TRASHFOLDERNAME=Trash IMAP_ACL=1 IMAP_KEYWORDS=1 \\
			IMAP_CAPABILITY="IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=REFERENCES SORT QUOTA IDLE" \\
			$tree/usr/bin/imapd Maildir 2>>$work/courier.log
	SH
	if [[ $1 == courier ]]; then
		start env LD_LIBRARY_PATH="$libraries" "$tree/usr/libexec/gam_server" "$fam" \
			</dev/null >>"$work/gamin.log" 2>&1
	fi
	imap_tunnel "$script"
	imap_deliver=()
	imap_drop "s|^INBOX\\.|/.|; s|^INBOX||; s|^|$home/Maildir|"
	imap_make INBOX.work INBOX.lists.dev
}

# --- mailutils' imap4d ---
imap4d_up() {
	local home=$work/imap4d
	imap_use imap4d
	mkdir -p "$home"/{mail/lists,spool}
	cat >"$home/conf" <<-CONF
		mode inetd;
		preauth stdio;
		preauth-only yes;
		mailbox {
		  mailbox-pattern "mbox:$home/spool/\${user}";
		  mailbox-type mbox;
		};
		namespace personal {
		  prefix "" {
		    directory "$home/mail";
		    delimiter "/";
		  };
		};
		logging { syslog no; };
	CONF
	imap_script tunnel <<-SH
		export LD_LIBRARY_PATH=$libraries
		exec $tree/usr/sbin/imap4d --config-file=$home/conf 2>>$work/imap4d.log
	SH
	imap_tunnel "$script"
	imap_deliver=()
	imap_make work lists/dev
}

# --- all ---
imap_make() { # MAILBOX...
	python3 "$top_srcdir/tests/imap_random.py" "${imap_client[@]}" --create "$@"
}
imap_up() { # SERVER
	case $1 in
	dovecot*) dovecot_up "$1" ;;
	cyrus*) cyrus_up "$1" ;;
	courier*) courier_up "$1" ;;
	imap4d*) imap4d_up ;;
	esac
}
imap_configure() { # FILE
	printf '%s\n' "IMAPStore server" "User lab" "Pass secret" "${imap_account[@]}" >"$1"
	chmod 600 "$1"
}
