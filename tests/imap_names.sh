#!/bin/bash
# The mailboxes that watch_imap -t prints are those that mbsync lists for the store, however
# the server calls them.
# shellcheck disable=SC2154
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
# shellcheck source=tests/lab.sh
. "$top_srcdir/tests/lab.sh"
needs mbsync dovecot

# Listing a store is new in isync 1.5.  The account of lab_user has only copies.
if ((EUID == 0)) && bash "$top_srcdir/tests/isync15.sh" "$(realpath "$top_builddir")/tests" >"$work/isync15" 2>/dev/null; then
	mkdir -p "$work/stage/tests"
	cp -r "$(dirname "$(<"$work/isync15")")" "$work/stage/tests/"
fi
lab_user "$@"
case $(mbsync --version) in
"isync 1.4"*) program=$(bash "$top_srcdir/tests/isync15.sh" "$top_builddir/tests" 2>"$work/isync15.log") || skip_all "no isync 1.5 here" ;;
*) program=$(command -v mbsync) ;;
esac
# watch_imap asks the installed one for its version
mkdir "$work/bin"
printf '#!/bin/sh\nexec "%s" "$@"\n' "$program" >"$work/bin/mbsync"
chmod 755 "$work/bin/mbsync"
PATH=$work/bin:$PATH

# serve PREFIX SEPARATOR NAME...: a server with these mailboxes
configure=$(declare -f dovecot_configure)
serve() {
	lab_mail_location=maildir:$work/server/Mail:LAYOUT=fs
	rm -rf "$work/server/Mail"
	eval "$(sed "s|separator = .*|separator = $2|; s|inbox = yes|inbox = yes\nprefix = $1|" <<<"$configure")"
	lab_dovecot
	local creates=() name
	for name in "${@:3}"; do creates+=("CREATE \"$name\""); done
	imap "${creates[@]}"
}
# compare WHAT LINE...: the lists of the store, with these lines in it
compare() {
	printf '%s\n' "IMAPStore server" "Host 127.0.0.1" "Port $imap_port" "User lab" "Pass secret" \
		"TLSType None" "AuthMechs LOGIN" "${@:2}" >"$work/rc"
	chmod 600 "$work/rc"
	timeout 60 "$program" -c "$work/rc" --list-stores server 2>"$work/mbsync.err" | sed 1d | sort -u >"$work/mbsync.list"
	timeout 60 watch_imap -c "$work/rc" -t -n utf8 server </dev/null 2>"$work/err" >"$work/all"
	grep -v '^#' "$work/all" | sort -u >"$work/list"
	is "$1" "$(<"$work/list")" "$(<"$work/mbsync.list")"
	ok "$1: there are some" grep -qx INBOX "$work/list"
}

serve "" / work lists/dev 'Entw&APw-rfe' 'R&-D' x.lock "with blank" '[Gmail]/All' inbox2
compare "with /"
compare "below a Path" "Path lists/"
compare "below a Path that ends in a name" "Path li"
imap "SUBSCRIBE INBOX" "SUBSCRIBE work"
compare "without what is not subscribed" "SubscribedOnly yes"
lab_dovecot_end
serve INBOX. . INBOX.work INBOX.lists.dev 'INBOX.Entw&APw-rfe' INBOX.a.b.c INBOX.x.lock
compare "below the server's namespace"
compare "without its namespace" "UseNamespace no"
compare "below a Path in it" "Path INBOX.lists."
compare "with another delimiter" "PathDelimiter ."
tap_done
