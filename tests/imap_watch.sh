#!/bin/bash
# watch_imap against a server that follows a script: what it says, and how it ends.
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs python3 openssl
export HOME=$work/home
mkdir "$HOME"

# --- the server, and the account ---
# serve OPTION...: plays the script on stdin; its port is in $port
serve() {
	cat >"$work/script"
	rm -f "$work/port" "$work/log"
	: >"$work/log"
	start python3 "$top_srcdir/tests/imap_server.py" "$work/script" "$work/log" "$work/port" "$@"
	wait_until 30 test -e "$work/port" || { echo "Bail out! the server does not start"; exit 1; }
	port=$(<"$work/port")
}
account() { # LINE...: of an account of this server, beside its host and user
	{
		printf '%s\n' "IMAPStore server" "Host ${host:-127.0.0.1}" "Port $port" "User me" "$@"
	} >"$work/rc"
	chmod 600 "$work/rc"
}
plain=("Pass very-secret" "SSLType None" "AuthMechs LOGIN")

# What a small server answers, up to its IDLE, which has INBOX and what else is given.
script_start() { # CAPABILITIES MAILBOX...
	printf '%s\n' "* OK [CAPABILITY IMAP4rev1] hi" "< LOGIN" "TAG OK [CAPABILITY IMAP4rev1 $1] in" \
		"< LIST" '* LIST () "/" INBOX'
	for mailbox in "${@:2}"; do printf '* LIST () "/" %s\n' "$mailbox"; done
	printf '%s\n' "TAG OK" "< EXAMINE" "* 1 EXISTS" "* OK [UIDVALIDITY 1] x" "TAG OK"
	for mailbox in "${@:2}"; do
		printf '%s\n' "< STATUS" "* STATUS $mailbox (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 1 UNSEEN 1)" "TAG OK"
	done
}

# --- runs of it ---
# watch OPTION...: in the background, with a stdin that stays open
exec {open_input}<> <(:)
watch() {
	: >"$work/out"
	: >"$work/err"
	watch_imap -c "$work/rc" "$@" server <&"$open_input" >"$work/out" 2>"$work/err" &
	watcher=$!
	tap_pids+=("$watcher")
}
ends() { # WHAT STATUS: by itself
	local status=late
	if wait_until 40 not alive "$watcher"; then
		wait "$watcher"
		status=$?
	else
		end_pid "$watcher"
	fi
	is "$1" "$status" "$2"
}
lines() { [[ $(wc -l <"$work/out") -ge $1 ]]; }

# --- a session, however its answers are cut ---
for cut in "" --bytes; do
	serve ${cut:+"$cut"} < <(
		script_start IDLE a
		printf '%s\n' "< IDLE" "* 2 EXISTS" "+ idling" "@ $work/go" "* 3 EXISTS" "* 3 EXISTS" \
			'* LIST () "/" {5}\r\n[G]/b' '* STATUS {5}\r\n[G]/b (MESSAGES 0)' \
			'* LIST (\\\\NonExistent) "/" a' "* OK Still here"
	)
	account "${plain[@]}"
	rm -f "$work/go"
	watch
	wait_until 30 lines 1
	is "it prints the ready line${cut:+, with answers cut at every byte}" "$(od -An -c "$work/out" | tr -d ' ')" '\n'
	: >"$work/go"
	wait_until 30 lines 4
	is "and what changes" "$(<"$work/out")" $'\nINBOX\n[G]/b'
	contains "degraded service is told" "$work/err" '^degraded: INBOX by IDLE, 1 other every 5 min$'
	lacks "there is one connection" "$work/log" '^2 '
	lacks "which opens nothing for writing" "$work/log" ' SELECT|STORE|APPEND|CREATE'
	end_pid "$watcher"
done
serve < <(script_start IDLE a; printf '%s\n' "< IDLE" "+ idling" "@ $work/go" '* LIST (\\NonExistent) "/" a')
account "${plain[@]}"
rm -f "$work/go"
watch
wait_until 30 grep -q '^degraded: INBOX' "$work/err"
: >"$work/go"
ok "its end is told, as INTERFACES has it" wait_until 30 grep -qx 'degraded:' "$work/err"
end_pid "$watcher"

serve < <(
	script_start IDLE a | sed '/STATUS/,$d'
	printf '%s\n' "< IDLE" "+ idling" "@ $work/go" '* LIST () "/" junk/x' "* STATUS junk/x (MESSAGES 1)" \
		'* LIST () "/" b' "* STATUS b (MESSAGES 1)"
)
account "${plain[@]}"
rm -f "$work/go"
watch -x 'a*' -x junk/\*
ok "what -x leaves out is not asked for" wait_until 30 lines 1
: >"$work/go"
wait_until 30 lines 2
is "nor told" "$(<"$work/out")" $'\nb'
end_pid "$watcher"

# --- how it ends ---
ends_with() { # WHAT STATUS WORDS SCRIPT-LINE...
	serve < <(printf '%s\n' "${@:4}")
	account "${plain[@]}" "AuthMechs OAUTHBEARER" "Timeout 5"
	watch
	ends "$1" "$2"
	contains "and says so" "$work/err" "^watch_imap: server: $3"
	is "and is not ready" "$(<"$work/out")" ""
}
ends_with "a login that is refused" 77 "the login was refused: No, me with \*\*\*; check User and Pass in .*/rc$" \
	"* OK [CAPABILITY IMAP4rev1] hi" "< LOGIN" "TAG NO [AUTHENTICATIONFAILED] No, me with very-secret"
ends_with "too many connections" 69 "the server takes no login now: Maximum" \
	"* OK [CAPABILITY IMAP4rev1] hi" "< LOGIN" "TAG NO [LIMIT] Maximum number of connections"
ends_with "a goodbye" 69 "the server says goodbye: overloaded" "* BYE overloaded"
ends_with "a goodbye that would drive a terminal" 69 "the server says goodbye: a\\\\x1b\[2J\\\\x07b" \
	'* BYE a\x1b[2J\x07b'
lacks "which it does not" "$work/err" $'[\033\007]'
ends_with "an expired token" 77 "the login was refused: Invalid credentials" \
	"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=OAUTHBEARER] hi" "< AUTHENTICATE OAUTHBEARER bixhPW1lLA" "+ e30=" "< AQ==" \
	"TAG NO [AUTHENTICATIONFAILED] Invalid credentials"
ends_with "an end without a word" 69 "127.0.0.1, port [0-9]*: the server has closed" "* OK hi" "close"
ends_with "a connection that is reset" 69 "127.0.0.1, port [0-9]*: the server has closed" "* OK hi" "< CAPABILITY" "reset"
ends_with "a server without a greeting" 69 "no answer of the server to the greeting for 5 s" "hold"
ends_with "what is no IMAP" 69 "a line that is no response" "HTTP/1.1 400 Bad Request"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
account "${plain[@]}"
watch
ends "nobody listens" 69
contains "and it says where" "$work/err" "127.0.0.1, port $port: Connection refused"

serve < <(script_start IDLE; printf '%s\n' "< IDLE" "+ idling")
account "${plain[@]}"
watch_imap -c "$work/rc" server </dev/null >"$work/out" 2>"$work/err"
is "it ends with its standard input" "$? $(<"$work/err")" "0 "
(watch_imap -c "$work/rc" server <&"$open_input"; echo $? >"$work/status") 2>"$work/err" | head -n 1 >"$work/out"
is "and with who reads its output" "$(wait_until 30 test -s "$work/status"; cat "$work/status")" 0

# --- idle means idle ---
if strace -o /dev/null true 2>/dev/null; then
	serve < <(script_start IDLE a; printf '%s\n' "< IDLE" "+ idling" "< DONE" "TAG OK" "< IDLE" "+ idling" "@ $work/go")
	account "${plain[@]}"
	rm -f "$work/go"
	: >"$work/out"
	ASAN_OPTIONS=detect_leaks=0 strace -r -o "$work/calls" watch_imap -c "$work/rc" -k 3 server \
		<&"$open_input" >"$work/out" 2>"$work/err" &
	tap_pids+=("$!")
	wait_until 60 grep -q 'DONE' "$work/log"
	end_pid "$(ps -o pid= --ppid "$!" | head -n 1 | tr -d ' ')"
	# of the calls behind the first IDLE, one waits for all of its time
	is "between two keepalives there is no system call" \
		"$(sed -n '/IDLE/,/DONE/p' "$work/calls" | awk '$1 > 2.5 { n++ } END { print n + 0 }')" 1
	is "what is degraded is told once" "$(grep -c '^degraded:' "$work/err")" 1
fi

# --- secrets ---
cat >"$work/remembers.py" <<-'PY'
	import sys
	pid = sys.argv[1]
	found = False
	with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
	    for line in maps:
	        span, rights = line.split()[:2]
	        if "r" not in rights or "[v" in line:
	            continue
	        begin, end = (int(part, 16) for part in span.split("-"))
	        if end - begin > 1 << 28:
	            continue
	        memory.seek(begin)
	        try:
	            found |= b"very-secret" in memory.read(end - begin)
	        except OSError:
	            pass
	print("remembers" if found else "forgets")
PY
forgets_secret() { # WHAT: the watcher does
	[[ ! -r /proc/$watcher/mem ]] || is "$1" "$(python3 "$work/remembers.py" "$watcher")" forgets
}
serve < <(script_start "IDLE AUTH=PLAIN"; printf '%s\n' "< IDLE" "+ idling")
printf '%s\n' very-secret second >"$work/password"
# Behind the password stands what is too much, and an agent that keeps the pipe open.
cat >"$work/agent" <<-SH
	setsid sleep 1000 & echo \$! >"$work/sleeper"
	cat "$work/password"
	yes | head -c 200000
SH
account "PassCmd \"sh $work/agent\"" "SSLType None" "AuthMechs LOGIN"
sed -i 's/^User me/UserCmd "echo me; echo you"/' "$work/rc"
watch -v
wait_until 30 lines 1
tap_pids+=("$(<"$work/sleeper")")
ok "PassCmd may start an agent that stays" alive "$(<"$work/sleeper")"
contains "PassCmd's first line is the password" "$work/log" '^1 a1 LOGIN "me" "very-secret"$'
lacks "-v does not show it" "$work/err" 'very-secret'
contains "but all else" "$work/err" '^watch_imap: > a1 LOGIN "me" \*\*\*$'
contains "there will be no core file" "/proc/$watcher/limits" '^Max core file size +0 +0 '
ok "it stands in no command line and no environment" not grep -lsaq very-secret \
	/proc/"$watcher"/cmdline /proc/"$watcher"/environ
forgets_secret "nor in its memory any more"
end_pid "$watcher"

serve < <(script_start IDLE; printf '%s\n' "< IDLE" "+ idling")
account "${plain[@]}"
watch
wait_until 30 lines 1
forgets_secret "a password from the file is not in its memory any more"
end_pid "$watcher"

# Nobody looks into it, not even who started it, and it leaves no core file.
cat >"$work/look.py" <<-'PY'
	"""look.py NOBODY COMMAND...: runs it twice, the second time as another user; says what can be seen of it."""
	import os, resource, signal, subprocess, sys, time
	nobody, command = int(sys.argv[1]), sys.argv[2:]
	resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
	def start(words):
	    child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
	                             user=nobody, cwd="/tmp")
	    assert child.stdout.read(1) == b"\n"
	    return child
	def sees(child):
	    looker = subprocess.run(["head", "-c", "0", "/proc/%d/environ" % child.pid], user=nobody, stderr=subprocess.DEVNULL)
	    return looker.returncode == 0
	for words in (["sh", "-c", "echo; exec sleep 1000"], command):
	    child = start(words)
	    seen = sees(child)
	    child.send_signal(signal.SIGSEGV)
	    status = os.waitpid(child.pid, 0)[1]
	    print("seen" if seen else "hidden", "core" if os.WCOREDUMP(status) else "none")
PY
if (($(id -u) == 0)); then
	chmod 755 "$work"
	chmod 644 "$work/rc"
	mkdir "$work/copy"
	cp "$(command -v watch_imap)" "$work/copy/"
	(cd "$work" && HOME=$work/home python3 "$work/look.py" 54321 "$work/copy/watch_imap" -c "$work/rc" server) >"$work/looks" 2>&1
	contains "who is the same user sees into other programs" <(head -n 1 "$work/looks") '^seen '
	is "but neither into this one, nor does it leave a core file" "$(tail -n +2 "$work/looks")" "hidden none"
	chmod 700 "$work"
fi

misconfigured() { # WHAT WORDS LINE...
	account "${@:3}"
	watch
	ends "$1" 1
	contains "and says what to do" "$work/err" "$2"
}
misconfigured "PassCmd that fails" 'PassCmd of server: it exited \(status 3\)' "PassCmd \"exit 3\"" "SSLType None"
misconfigured "PassCmd that prints nothing" 'PassCmd of server: it prints nothing' "PassCmd true" "SSLType None"
misconfigured "PassCmd that wants a terminal" 'PassCmd begins with \+.* there is none: give one that does not ask' \
	'PassCmd "+pass mail"'
misconfigured "a password in clear text" 'clear text: set SSLType STARTTLS or IMAPS, or allow it with AuthMechs LOGIN' \
	"Pass very-secret" "SSLType None"
misconfigured "no password" 'give PassCmd' "SSLType None" "AuthMechs LOGIN"
misconfigured "a Tunnel and TLS" 'both Tunnel and SSLType' "Tunnel true" "SSLType IMAPS"
misconfigured "a kind of TLS that there is not" 'rc:1: server: SSLType has to be None, STARTTLS or IMAPS$' "Pass x" "SSLType IMAP"
misconfigured "nor by the other word" 'rc:1: server: TLSType has to be None, STARTTLS or IMAPS$' "Pass x" "TLSType IMAP"
misconfigured "a keyword that mbsync does not know" 'rc:5: .*Passwort' "Passwort x" "SSLType None"
misconfigured "sections without an empty line" 'rc:6: no keyword of an IMAPStore: MaildirStore: an empty line ends a section$' \
	"SSLType None" "MaildirStore near"
misconfigured "UserCmd that wants a terminal" 'UserCmd begins with \+' 'UserCmd "+x"' "Pass x" "SSLType None"
for version in 1.4 1.5; do
	mkdir -p "$work/isync$version"
	printf '#!/bin/sh\necho isync %s.0\n' "$version" >"$work/isync$version/mbsync"
	chmod 755 "$work/isync$version/mbsync"
	PATH=$work/isync$version:$PATH misconfigured "TLSType counts beside mbsync $version" 'set TLSType STARTTLS or IMAPS' \
		"Pass very-secret" "TLSType None"
	lacks "without a word of it" "$work/err" 'no keyword'
done
PATH=$work/isync1.5:$PATH misconfigured "and SSLType beside mbsync 1.5" 'set SSLType STARTTLS or IMAPS' \
	"Pass very-secret" "SSLType None"
misconfigured "AuthMechs that is misspelt" 'rc:1: AuthMechs PLIAN: there is no such mechanism: PLAIN, LOGIN' \
	"AuthMechs PLIAN GSSAPI" "PassCmd \"exit 3\"" "SSLType IMAPS"
lacks "and only that one" "$work/err" 'AuthMechs GSSAPI'
contains "before PassCmd is run" <(tail -n 1 "$work/err") 'PassCmd of server: it exited'
echo nothing >"$work/nothing.pem"
misconfigured "a CertificateFile that is not there" "rc:1: server: CertificateFile $work/none.pem: No such file" \
	"PassCmd \"touch $work/asked\"" "CertificateFile $work/none.pem"
misconfigured "one without a certificate" "rc:1: server: CertificateFile $work/nothing.pem: there is no certificate in PEM in it$" \
	"PassCmd \"touch $work/asked\"" "CertificateFile $work/nothing.pem"
misconfigured "a ClientCertificate that is none" "ClientCertificate $work/nothing.pem: there is no certificate in it$" \
	"Pass x" "ClientCertificate $work/nothing.pem"
misconfigured "a ClientKey that is not there" "ClientKey $work/none.pem: No such file" "Pass x" "ClientKey $work/none.pem"
ok "PassCmd is not asked for these" test ! -e "$work/asked"
# What names an account, and what is wrong elsewhere in the file.
serve < <(script_start IDLE; printf '%s\n' "< IDLE" "+ idling")
named() { # WHAT NAME LINE...: behind an account, it is watched
	printf '%s\n' "IMAPAccount login" "Host 127.0.0.1" "Port $port" "User me" "${plain[@]}" "" "${@:3}" >"$work/rc"
	chmod 600 "$work/rc"
	watch_imap -c "$work/rc" -n utf8 -k 1m -p 2m -t "$2" </dev/null >"$work/out" 2>"$work/err"
	contains "$1" "$work/out" '^INBOX$'
}
named "an account may be named" login
named "so may one that a store has" login "IMAPStore far" "Account login"
named "or two" login "IMAPStore far" "Account login" "" "IMAPStore other" "Account login"
named "what is wrong elsewhere is no hindrance" far "IMAPStore far" "Account login" "" "MaildirStore near" "Nonsense x"
watch_imap -c "$work/rc" far </dev/null >"$work/out" 2>"$work/err"
lacks "nor told" "$work/err" 'Nonsense'
watch_imap -c "$work/rc" near </dev/null 2>"$work/err"
is "a MaildirStore is none of its" "$?" 1
contains "and it says whose" "$work/err" 'near is a MaildirStore: watch_maildirs is for it'
printf '%s\n' "IMAPStore server" "Account nobody" >"$work/rc"
watch
ends "a store without an account" 1
contains "says so" "$work/err" 'rc:2: no IMAPAccount nobody in front of this line'
printf '%s\n' "IMAPStore server" "User me" >"$work/rc"
watch
ends "an account without a host" 1
contains "says so" "$work/err" 'it has neither Host nor Tunnel'
watch_imap -c "$work/nowhere" server </dev/null 2>"$work/err"
is "a file that is not there" "$?" 1
contains "is named" "$work/err" 'nowhere: No such file or directory: name another one with -c'
for wrong in "-n latin1" "-k 0" "-p soon" "" "a b"; do
	# shellcheck disable=SC2086 # words
	watch_imap $wrong </dev/null 2>"$work/err"
	is "watch_imap $wrong is refused" "$?" 1
done

misconfigured "a first line without an end" 'the first line that it prints is too long' \
	"PassCmd \"head -c 200000 /dev/zero | tr '\\\\0' x\"" "SSLType None"
misconfigured "UserCmd that fails" 'UserCmd of server: it exited \(status 4\)' "UserCmd \"exit 4\"" "Pass x" "SSLType None"

# A minute lasts a second: for PassCmd's limit.
cat >"$work/fast.c" <<-'C'
	#define _GNU_SOURCE
	#include <poll.h>
	#include <sys/syscall.h>
	#include <time.h>
	#include <unistd.h>
	int clock_gettime(clockid_t clock, struct timespec *now)
	{
		int result = (int)syscall(SYS_clock_gettime, clock, now);
		__int128 fast = ((__int128)now->tv_sec * 1000000000 + now->tv_nsec) * 60;

		now->tv_sec = (time_t)(fast / 1000000000);
		now->tv_nsec = (long)(fast % 1000000000);
		return result;
	}
	int poll(struct pollfd *fds, nfds_t count, int timeout)
	{
		return (int)syscall(SYS_poll, fds, count, timeout > 0 ? timeout / 60 + 1 : timeout);
	}
C
if "${CC:-cc}" -shared -fPIC -o "$work/fast.so" "$work/fast.c" 2>"$work/cc"; then
	account "PassCmd \"sleep 1000 & echo \$! >$work/sleeper; wait\"" "SSLType None"
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0 LD_PRELOAD=$work/fast.so \
		timeout 40 watch_imap -c "$work/rc" server <&"$open_input" >"$work/out" 2>"$work/err"
	is "PassCmd that asks, and waits" "$?" 1
	contains "is given a minute" "$work/err" 'PassCmd of server: it has not ended in a minute: does it ask for something\?'
	ok "and is ended" wait_until 30 not alive "$(<"$work/sleeper")"
else
	note "no compiler for a clock of our own: PassCmd's limit is not tested"
fi
account "${plain[@]}"
chmod 644 "$work/rc"
watch
wait_until 30 grep -q 'chmod 600' "$work/err"
contains "a password that others can read" "$work/err" 'rc:5: others can read the password: chmod 600, or use PassCmd'
end_pid "$watcher"
watch_imap -c "$work/rc" nobody <&"$open_input" 2>"$work/err"
is "a store that is not there" "$?" 1
contains "the others are named" "$work/err" 'has no IMAPStore or IMAPAccount nobody; it has server$'

# --- TLS ---
certificate() { # NAME SUBJECT-ALTERNATIVE-NAME DAYS: signed by our authority
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$1"
	openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.pem" -CAkey "$work/ca.key" -CAcreateserial \
		-extfile <(echo "subjectAltName=$2") -days "$3" -out "$work/$1.pem"
}
authority() { # NAME SUBJECT-ALTERNATIVE-NAME: signed by itself
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/$1.key" -out "$work/$1.pem" \
		-subj "/CN=$1" -addext "subjectAltName=$2" -days 30
}
{
	authority ca DNS:ca.invalid
	certificate good DNS:localhost,IP:127.0.0.1 30
	certificate wrong DNS:other.invalid 30
	certificate expired DNS:localhost 0
	authority self DNS:localhost
} >"$work/openssl.log" 2>&1
tls() { serve --tls "$work/$1.pem" "$work/$1.key"; }
trusted=("Pass very-secret" "CertificateFile $work/ca.pem" "Timeout 10")
whole() { script_start IDLE; printf '%s\n' "< IDLE" "+ idling"; }

for host in localhost 127.0.0.1; do
	tls good < <(whole)
	account "${trusted[@]}" "SSLType IMAPS"
	watch
	ok "IMAPS to $host" wait_until 40 lines 1
	end_pid "$watcher"
done
host=localhost
tls good < <(
	printf '%s\n' "* OK hi" "< CAPABILITY" "* CAPABILITY IMAP4rev1 STARTTLS" "TAG OK" "< STARTTLS" "TAG OK" \
		starttls "< CAPABILITY" "* CAPABILITY IMAP4rev1" "TAG OK"
	whole | tail -n +2
)
account "${trusted[@]}"
watch
ok "STARTTLS, which is the default" wait_until 40 lines 1
contains "no password goes before it" <(sed '/STARTTLS/q' "$work/log") 'STARTTLS'
lacks "nor anything else of ours" <(sed '/STARTTLS/q' "$work/log") 'LOGIN|AUTH'
end_pid "$watcher"

refused() { # WHAT CERTIFICATE WORDS LINE...
	tls "$2" < <(whole)
	account "${@:4}"
	watch
	ends "$1" 1
	contains "and says what to do" "$work/err" "localhost, port $port: .*$3"
	lacks "and no password was sent" "$work/log" 'very-secret'
}
refused "another host's certificate" wrong 'the certificate is one of another host: give as Host' "${trusted[@]}" "SSLType IMAPS"
refused "an expired certificate" expired 'the certificate has expired: the server.s owner has to renew' "${trusted[@]}" "SSLType IMAPS"
refused "a self-signed certificate" self 'the certificate is self-signed: .* CertificateFile' "${trusted[@]}" "SSLType IMAPS"
refused "an unknown authority" good 'authority is not known here: .* CertificateFile, or install ca-certificates' \
	"Pass very-secret" "Timeout 10" "SSLType IMAPS"
tls self < <(whole)
account "Pass very-secret" "CertificateFile $work/self.pem" "SSLType IMAPS"
watch
ok "a self-signed certificate that is named" wait_until 40 lines 1
end_pid "$watcher"

serve < <(whole)
account "${trusted[@]}" "SSLType IMAPS"
watch
ends "no TLS on this port" 1
contains "and says what to do" "$work/err" 'speaks no TLS on this port: STARTTLS is for port 143, IMAPS for 993'
serve < <(printf '%s\n' "* OK hi" "< CAPABILITY" "* CAPABILITY IMAP4rev1" "TAG OK" "< STARTTLS" "TAG BAD what?")
account "${trusted[@]}" "Timeout 3"
watch
ends "no STARTTLS" 1
contains "and says what to do" "$work/err" 'offers no STARTTLS: set (TLS|SSL)Type IMAPS \(port 993\), or use a Tunnel'
serve < <(printf '%s\n' "* OK hi" "< CAPABILITY" "* CAPABILITY IMAP4rev1 STARTTLS" "TAG OK" "< STARTTLS" "TAG NO no")
account "${trusted[@]}" "Timeout 3"
watch
ends "a STARTTLS that is refused" 69
contains "and says what to do" "$work/err" 'may have refused STARTTLS: set (TLS|SSL)Type IMAPS \(port 993\), or use a Tunnel'
serve < <(printf '%s\n' "* PREAUTH hi" "< CAPABILITY" "* CAPABILITY IMAP4rev1" "TAG OK" "< STARTTLS" "TAG BAD no")
account "${trusted[@]}" "Timeout 3"
watch
ends "a PREAUTH in front of STARTTLS is none" 1

mkdir "$work/bin"
ln -s "$(command -v sh)" "$work/bin/sh"
program=$(command -v watch_imap)
PATH=$work/bin "$program" -c "$work/rc" server <&"$open_input" >"$work/out" 2>"$work/err"
is "without openssl" "$?" 1
contains "its package is named" "$work/err" 'openssl is not installed: it does TLS \(package openssl\)'

# --- more of TLS ---
certificate me DNS:me.invalid 30 >>"$work/openssl.log" 2>&1
serve --tls "$work/good.pem" "$work/good.key" --client-ca "$work/ca.pem" < <(whole)
account "${trusted[@]}" "SSLType IMAPS" "ClientCertificate $work/me.pem" "ClientKey $work/me.key" \
	"SSLVersions TLSv1.2" "CipherString ECDHE-ECDSA-AES128-GCM-SHA256"
watch
ok "a certificate of the client's" wait_until 40 lines 1
contains "is shown, with the version and the ciphers that are allowed" "$work/log" \
	'^1 \(TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256 me\)$'
family() { # PID: it, and what it has started
	local child
	echo "$1"
	for child in $(ps -o pid= --ppid "$1"); do family "$child"; done
}
mapfile -t members < <(family "$watcher")
ok "it has a child for TLS" test "${#members[@]}" -gt 1
is "in whose command lines and environments no password stands" \
	"$(for pid in "${members[@]}"; do grep -lsa very-secret "/proc/$pid/cmdline" "/proc/$pid/environ"; done)" ""
end_pid "$watcher"
if python3 -c 'import socket; socket.create_server(("::1", 0), family=socket.AF_INET6)' 2>/dev/null; then
	certificate six IP:::1 30 >>"$work/openssl.log" 2>&1
	for name in six good; do
		serve --tls "$work/$name.pem" "$work/$name.key" --address ::1 < <(whole)
		host=::1 account "${trusted[@]}" "SSLType IMAPS"
		watch
		if [[ $name == six ]]; then
			ok "IMAPS to ::1" wait_until 40 lines 1
			end_pid "$watcher"
		else
			ends "another address's certificate" 1
			contains "and says what to do" "$work/err" "::1, port $port: the certificate is not for this address"
		fi
	done
fi
# What somebody in between puts behind the answer to STARTTLS is not the server's.
tls good < <(
	printf '%s\n' "* OK hi" "< CAPABILITY" "* CAPABILITY IMAP4rev1 STARTTLS" "TAG OK" "< STARTTLS" \
		'TAG OK\r\n* OK [ALERT] put in between\r\n* PREAUTH [CAPABILITY IMAP4rev1] in' starttls "< CAPABILITY" \
		"* CAPABILITY IMAP4rev1" "TAG OK"
	whole | tail -n +2
)
account "${trusted[@]}"
watch
ok "what follows the answer to STARTTLS" wait_until 40 lines 1
lacks "is not listened to" "$work/err" 'put in between'
contains "nor believed" "$work/log" 'LOGIN "me"'
end_pid "$watcher"

# --- a Tunnel ---
unset host
printf '%s\n' "* PREAUTH [CAPABILITY IMAP4rev1 IDLE] hi" "< LIST" "TAG OK" "< EXAMINE" "TAG OK" "< IDLE" "+" >"$work/script"
account "Tunnel \"python3 $top_srcdir/tests/imap_server.py $work/script $work/log\""
watch
ok "a Tunnel that asks for no login" wait_until 40 lines 1
end_pid "$watcher"
watch
wait_until 40 lines 1
tunnel_ended() { ! pgrep -f "imap_server.py $work/script $work/log\$" >"$work/pids"; }
ok "which runs" not tunnel_ended
kill -9 "$watcher"
wait "$watcher" 2>"$work/killed"
ok "a Tunnel ends with it, even after SIGKILL" wait_until 30 tunnel_ended
account "Tunnel \"echo 'no route' >&2; exit 5\""
watch
ends "a Tunnel that fails" 69
contains "with its words" "$work/err" 'the Tunnel exited \(status 5\): no route'
account "Tunnel \"head -c 9000 /dev/zero | tr '\\\\0' x >&2; echo >&2; echo last words >&2; exit 6\""
watch
ends "a Tunnel that says a lot" 69
contains "is cut to its last words" "$work/err" 'the Tunnel exited \(status 6\): last words$'

# --- further connections ---
serve < <(script_start IDLE work; printf '%s\n' "< IDLE" "+ idling")
account "${plain[@]}"
watch -i nowhere
ends "a mailbox that is not there for -i" 1
contains "is named" "$work/err" '-i nowhere: there is no such mailbox'

watch -i a -i b -i c -i d -i e
ends "a fifth mailbox for -i" 1
contains "is one too many" "$work/err" '^watch_imap: --idle can be given 4 times'
watch -i a -i b -i c -i d
ends "four are not" 1
contains "if they are there" "$work/err" '-i a: there is no such mailbox'

serve < <(
	script_start IDLE work
	printf '%s\n' "< IDLE" "+ idling" "* 9 EXISTS"
)
account "${plain[@]}"
watch -i work
ok "-i has a connection of its own" wait_until 40 grep -q '^2 a[0-9]* EXAMINE "work"' "$work/log"
end_pid "$watcher"
watch -i work -x 'w*'
ends "a mailbox for -i that is left out" 1
contains "is told as that" "$work/err" '-i work: Patterns in the file, or -x, leave it out$'

# --- -t ---
serve < <(script_start IDLE work; printf '%s\n' "< IDLE" "+ idling")
account "${plain[@]}"
watch_imap -c "$work/rc" -t server </dev/null >"$work/out" 2>"$work/err"
is "-t ends by itself" "$?" 0
is "and prints names behind its notes" "$(grep -v '^#' "$work/out" | sort | tr '\n' ' ')" "INBOX work "
contains "with the capabilities" "$work/out" '^# the server has: IDLE IMAP4REV1$'
contains "and the mode" "$work/out" '^# watched: INBOX by IDLE, 1 other every 5 min$'
lacks "and no password" "$work/out" 'very-secret'
serve < <(script_start IDLE a | sed 's,.*INBOX$,&\n* LIST () "/" b,'; printf '%s\n' "< IDLE" "+ idling")
account "${plain[@]}"
watch_imap -c "$work/rc" -t -x b -x c server </dev/null >"$work/out" 2>"$work/err"
contains "-t tells how many -x leaves out" "$work/out" '^# left out by Patterns, or -x: 1 mailbox$'
serve < <(script_start IDLE; printf '%s\n' "< IDLE" "+ idling")
account "${plain[@]}"
watch_imap -c "$work/rc" -t -x '*' server </dev/null >"$work/out" 2>"$work/err"
contains "that nothing is watched is a warning" "$work/err" '^watch_imap: no mailbox is watched: Patterns in the file, or -x, leave out all$'
serve < <(printf '%s\n' "* OK [CAPABILITY IMAP4rev1] hi" "< LOGIN" "TAG OK" "< CAPABILITY" "* CAPABILITY IMAP4rev1 IDLE" "TAG OK" \
	"< LIST" '* LIST () "/" {5}\r\na\x1b[2J' "TAG OK" "< EXAMINE" "TAG OK" "< STATUS" "TAG OK" "< IDLE" "+")
account "${plain[@]}"
watch_imap -c "$work/rc" -t server </dev/null >"$work/out" 2>"$work/err"
contains "a name that would drive a terminal is shown harmless" "$work/out" '^a\\x1b\[2J$'
tap_done
