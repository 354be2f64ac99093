#!/bin/bash
# watch_imap beside a real Dovecot, with NOTIFY and without: whatever others do is told.
# IMAP_SEED: another sequence of operations.
# shellcheck disable=SC2154
# shellcheck source=tests/tap.sh
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
needs python3 openssl dovecot
lab_user "$@"

# --- the server ---
mailbox_make server INBOX
mailbox_make server work
mailbox_make server lists/dev
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$work/key.pem" -out "$work/cert.pem" \
	-subj /CN=localhost -addext subjectAltName=DNS:localhost -days 30 2>"$work/openssl.log"
eval "$(declare -f dovecot_configure | sed '1s/dovecot_configure/dovecot_configure_plain/')"
dovecot_configure() { # PORT; IMAPS is on the port behind it
	dovecot_configure_plain "$1"
	sed -i "s|^ssl = no|ssl = yes\nssl_cert = <$work/cert.pem\nssl_key = <$work/key.pem|" "$work/dovecot.conf"
	cat >>"$work/dovecot.conf" <<-CONF
		service imap-login {
		  inet_listener imaps {
		    address = 127.0.0.1
		    port = $(($1 + 1))
		    ssl = yes
		  }
		}
		$capabilities
	CONF
}
capabilities=
lab_dovecot

account() { # LINE...
	{
		printf '%s\n' "IMAPStore server" "User lab" "Pass secret" "$@"
	} >"$work/rc"
	chmod 600 "$work/rc"
}
tls=("Host localhost" "CertificateFile $work/cert.pem")
tunnel=("Tunnel \"env USER=lab HOME=$work/server $(dirname "$(command -v dovecot)")/../lib/dovecot/imap -c $work/dovecot.conf -o mail_location=maildir:$work/server/Maildir\"")

exec {open_input}<> <(:)
watch() {
	: >"$work/out"
	: >"$work/err"
	watch_imap -c "$work/rc" server <&"$open_input" >"$work/out" 2>"$work/err" &
	watcher=$!
	tap_pids+=("$watcher")
	wait_until 40 is_settled
	[[ -s $work/out ]]
}
# As mswatch does it: started again when its connection has ended, which Dovecot's sessions
# do at times (2.3 crashes over renamed mailboxes).
watch_again() {
	local child
	trap 'kill "$child"; exit' TERM
	while :; do
		watch_imap -c "$work/rc" "$@" server <&"$open_input" &
		child=$!
		wait "$child"
		(($? == 69)) || exit
		echo again >>"$work/restarts"
	done
}
keep_watching() {
	: >"$work/out"
	: >"$work/err"
	: >"$work/restarts"
	watch_again "$@" >"$work/out" 2>"$work/err" &
	watcher=$!
	tap_pids+=("$watcher")
	wait_until 40 is_settled
}
is_settled() { [[ -s $work/out ]] || not alive "$watcher"; }
told() { grep -qxF -e "$1" "$work/out" || grep -qx '' <(tail -n +2 "$work/out"); }

# --- every way in ---
way() { # WHAT LINE...
	account "${@:2}"
	ok "by $1" watch
	deliver server INBOX
	ok "by $1: a delivery is told" wait_until 20 told INBOX
	end_pid "$watcher"
	[[ $tap_failed == 0 ]] || note "$(tail -n 5 "$work/err")"
}
way IMAPS "${tls[@]}" "Port $((imap_port + 1))" "SSLType IMAPS"
way STARTTLS "${tls[@]}" "Port $imap_port"
way "a Tunnel that asks for no login" "${tunnel[@]}"
way "plain TCP" "Host 127.0.0.1" "Port $imap_port" "SSLType None" "AuthMechs LOGIN"
account "${tls[@]}" "Port $imap_port"
sed -i 's/Pass secret/Pass wrong/' "$work/rc"
watch_imap -c "$work/rc" server <&"$open_input" >"$work/out" 2>"$work/err"
is "a wrong password" "$?" 77
contains "with the server's words" "$work/err" 'the login was refused: .*Authentication failed'

# --- what other clients do, at random ---
cat >"$work/operations.py" <<'PY'
"""operations.py PORT OUT COUNT SEED SECONDS [rename]: one operation after the other, each of
which has to be told in time: a line of its mailbox, or an empty one, in OUT."""
import imaplib, os, random, sys, time

port, out, count, seed, limit = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4], float(sys.argv[5])
kinds = ["append", "seen", "flagged", "deleted", "create", "delete"] + sys.argv[6:]
dice = random.Random(seed)
imap = None
boxes = ["INBOX", "work", "lists/dev"]
serial, missed, latest = 0, [], 0.0


def connect():
    global imap
    imap = imaplib.IMAP4("127.0.0.1", port)
    imap.login("lab", "secret")


def do(command, *words):
    answer, data = getattr(imap, command)(*words)
    if answer != "OK":
        raise RuntimeError("%s %s: %s" % (command, words, data))


def append(box):
    do("append", '"%s"' % box, None, None, b"Subject: x\r\n\r\nx\r\n")
    return [box]


def change(box, flag):
    imap.select('"%s"' % box)
    _, found = imap.search(None, "UN" + flag if flag != "DELETED" else "ALL")
    numbers = found[0].split()
    if numbers:
        do("store", numbers[-1], "+FLAGS", "\\" + flag.capitalize())
    if flag == "DELETED":
        imap.expunge()
    imap.unselect()
    return [box] if numbers else []


def create():
    global serial
    serial += 1
    name = dice.choice(["new", "lists/new", "Entw&APw-rfe"]) + str(serial)
    do("create", '"%s"' % name)
    boxes.append(name)
    return [name]


def delete():
    spare = boxes[3:]
    if not spare:
        return []
    box = dice.choice(spare)
    do("delete", '"%s"' % box)
    boxes.remove(box)
    return [""]


def rename():
    spare = boxes[3:]
    if not spare:
        return []
    box = dice.choice(spare)
    do("rename", '"%s"' % box, '"%s-r"' % box)
    boxes[boxes.index(box)] = box + "-r"
    return ["", box + "-r"]


def lines():
    with open(out) as file:
        return file.read().split("\n")[:-1]


connect()
for number in range(count):
    before = len(lines())
    box = dice.choice(boxes)
    kind = dice.choices(kinds, [6, 3, 2, 1, 2, 1, 1][:len(kinds)])[0]
    try:
        if kind == "append":
            wanted = append(box)
        elif kind in ("seen", "flagged", "deleted"):
            wanted = change(box, kind.upper())
        else:
            wanted = {"create": create, "delete": delete, "rename": rename}[kind]()
    except imaplib.IMAP4.abort:     # our own session crashed: nobody knows what was done
        connect()
        continue
    began = time.monotonic()
    while wanted and not any(line in wanted or line == "" for line in lines()[before:]):
        if time.monotonic() - began > limit:
            missed.append("%d %s %s" % (number, kind, wanted))
            break
        time.sleep(0.02)
    latest = max(latest, time.monotonic() - began)
    # what is told of it may come in two lines
    time.sleep(0.1)
print("latest: %.2f s" % latest)
for each in missed:
    print("missed:", each)
PY
# operations WHAT COUNT SECONDS [rename]: none may be missed
operations() {
	python3 "$work/operations.py" "$imap_port" "$work/out" "$2" "${IMAP_SEED:-1}" "${@:3}" >"$work/operations" 2>&1
	is "$1: each of $2 operations is told" "$(grep -v '^latest' "$work/operations")" ""
	note "$1: $(grep '^latest' "$work/operations"), $(wc -l <"$work/restarts") restarts"
}
account "Host 127.0.0.1" "Port $imap_port" "SSLType None" "AuthMechs LOGIN"
keep_watching -p 3
lacks "with NOTIFY nothing is degraded" "$work/err" degraded
# Without renames: they break the list of a session with NOTIFY in Dovecot 2.3, which then
# tells neither changes nor the truth when it is asked, until it crashes.
operations "with NOTIFY" 60 20
: >"$work/out"
deliver server work
ok "a file dropped into new/ is told by the poll" wait_until 30 grep -qx work "$work/out"
end_pid "$watcher"

# --- without NOTIFY ---
lab_dovecot_end
capabilities="imap_capability = IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE NAMESPACE CONDSTORE LIST-EXTENDED LIST-STATUS"
lab_dovecot
account "Host 127.0.0.1" "Port $imap_port" "SSLType None" "AuthMechs LOGIN"
keep_watching -p 1
contains "without NOTIFY service is degraded" "$work/err" '^degraded: INBOX by IDLE, [0-9]+ others every 1 s$'
operations "without NOTIFY" 25 20 rename
end_pid "$watcher"

# --- the server goes ---
watch
lab_dovecot_end
ok "a server that ends takes it along" wait_until 20 not alive "$watcher"
wait "$watcher"
is "with the status that says: try again" "$?" 69
tap_done
