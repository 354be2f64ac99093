#!/bin/bash
# What `make server-kit` makes: small, static, the same each time, at work in a root directory
# that holds nothing but it and a Maildir, and over ssh by whole paths.
# shellcheck disable=SC2154
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/lab.sh"
programs="inputkill watch_maildirs watch_mboxes"
closed=$work/closed             # a root directory

# --- the tarball ---
logged() { # NAME CMD...: one test
	if "${@:2}" </dev/null >"$work/log" 2>&1; then pass "$1"; else fail "$1" "$(tail -n 30 "$work/log")"; fi
}
# Twice: by another user, elsewhere, at another time than the entry in debian/changelog says,
# where a build was before.
build_twice() {
	local second=$work/another/directory written pid someone=()
	unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES TESTS DESTDIR SOURCE_DATE_EPOCH
	mkdir -p "$work/first" "$second/build/include"
	make -s -C "$top_builddir" distdir "distdir=$work/first/source" "top_distdir=$work/first/source" >/dev/null
	cp -R "$work/first/source" "$second/"
	written=$(sed -n '/^ -- /{s/.*>  //p;q;}' "$second/source/debian/changelog")
	sed -i '/^ -- /s/>  .*/>  Thu, 01 Jan 2015 00:00:00 +0000/' "$second/source/debian/changelog"
	chmod -R go-rwx "$second/source"
	! unshare --map-user=1234 --map-group=1234 true 2>/dev/null || someone=(unshare --map-user=1234 --map-group=1234)
	(umask 027 && TZ=Asia/Tokyo SOURCE_DATE_EPOCH=$(date -d "$written" +%s) \
		exec "${someone[@]}" "$second/source/kit/build" "$second/build" "$second") \
		</dev/null >"$work/second.log" 2>&1 &
	pid=$!
	logged "a kit is built" "$work/first/source/kit/build" "$work/first/build" "$work/first"
	wait "$pid" || note "$(tail -n 30 "$work/second.log")"
	tarball=$(echo "$work"/first/*.tar.gz)
	is "and its tarball is named" "$(tail -n 1 "$work/log")" "$tarball"
	contains "configure says what its C library lacks" "$work/first/build/log" \
		"built in, as libc lacks it:$(lacking)\$"
	ok "another, elsewhere, is the same" cmp "$tarball" "$second/${tarball##*/}"
	ok "its files are in order" sort -c <(tar -tzf "$tarball")
}
refused() { # COMPILER WORDS VARIABLE=VALUE...
	env "${@:3}" "$work/first/source/kit/build" "$work/none" "$work/none" 2>"$work/err"
	is "with $1 there is no kit" "$?" 1
	contains "and it is said: $2" "$work/err" "^server-kit: $2"
}
# Instead of a tar or a date that knows none of the options, as busybox's do not.
poor_tools() {
	local tool
	for tool in tar date; do
		mkdir -p "$work/poor.$tool"
		ln -s "$(type -P false)" "$work/poor.$tool/$tool"
		PATH=$work/poor.$tool:$PATH "$work/first/source/kit/build" "$work/none" "$work/none" 2>"$work/err"
		is "with a poor $tool there is no kit" "$?" 1
		contains "but a word of what to do" "$work/err" "^server-kit: $tool .*: install GNU"
	done
	ok "and nothing is built" test ! -e "$work/none"
	refused "a poor compiler" "false compiles nothing: name another compiler" KIT_CC=false
	refused "one that is not there" "/nowhere not found: install it" KIT_CC="/nowhere -m32"
	refused "this machine's for another" "gcc builds for .*, not none: install none-linux-gnu-gcc" \
		KIT_CC=gcc KIT_HOST=none-linux-gnu
}
lacking() { # what the kit's C library lacks, of what configure looks for
	local name cc lacking=
	cc=${KIT_CC:-$(command -v musl-gcc || echo gcc)}
	for name in malloc_trim reallocarray sigabbrev_np statx; do
		# shellcheck disable=SC2086 # with arguments
		printf 'char %s(); int main(void) { return %s(); }' "$name" "$name" |
			$cc -w -fno-builtin -x c -o "$work/tried" - 2>/dev/null || lacking+=" $name"
	done
	echo "${lacking:- nothing}"
}
judge() {
	local name=${tarball##*/} program
	name=${name%.tar.gz}
	is "its name says for what it is" "$name" \
		"mswatch-server-kit-$(sed -n 's/^AC_INIT.*\[\(.*\)\])/\1/p' "$top_srcdir/configure.ac")-$(uname -m)"
	ok "it is below 1.5 MB" test "$(stat -c %s "$tarball")" -lt 1500000
	tar -C "$work" -xzf "$tarball"
	kit=$work/$name
	is "it holds this" "$(cd "$kit" && find . -type f | sort | tr '\n' ' ')" \
		"./COPYING ./README ./bin/inputkill ./bin/watch_maildirs ./bin/watch_mboxes ./man/inputkill.1 ./man/watch_maildirs.1 ./man/watch_mboxes.1 "
	is "its README has three lines" "$(wc -l <"$kit/README")" 3
	lacks "and all in place" "$kit/README" '@'
	for program in $programs; do
		is "$program asks for no library, and has no symbols" \
			"$(readelf -lSW "$kit/bin/$program" | grep -cE 'INTERP|DYNAMIC|\.symtab|\.debug')" 0
		ok "$program does not name its build directory" not grep -qaF "$work" "$kit/bin/$program"
	done
}

# Each C library has a getopt of its own.
options_refused() {
	is "an option without its argument is named: inputkill" "$("$kit/bin/inputkill" -g1 -t 2>&1)" \
		"inputkill: -t: needs an argument (see --help)"
	is "watch_maildirs" "$("$kit/bin/watch_maildirs" here -em 2>&1)" \
		"watch_maildirs: -em: needs an argument (see --help)"
	is "watch_mboxes" "$("$kit/bin/watch_mboxes" -m 2>&1)" \
		"watch_mboxes: -m: needs an argument (see --help)"
}

# --- a root directory with nothing else: no /proc, no /dev, no /etc ---
inside=(env -i HOME=/home/me unshare -r -R "$closed")
furnish() {
	mkdir -p "$closed/home/me"
	cp -R "$kit/bin" "$closed/"
	(cd "$closed/home/me" && mkdir -p Maildir/{cur,new,tmp} mail)
}
line_read() { line=none; read -rt 30 -u "$lines" line; }
enter() { # CMD...: inside, until standard input ends; its lines on $lines
	rm -f "$work/in" "$work/out"
	mkfifo "$work/in" "$work/out"
	exec {input}<>"$work/in" {lines}<>"$work/out"
	"${inside[@]}" "$@" <"$work/in" >"$work/out" 2>"$work/err" {input}<&- {lines}<&- &
	entered=$!
	tap_pids+=("$entered")
	line_read
}
leave() {
	exec {input}<&-
	wait "$entered"
}
at_work() {
	local silence
	exec {silence}<> <(:)
	enter /bin/inputkill /bin/watch_maildirs -s /
	is "watch_maildirs is ready there" "$line" ""
	echo >"$closed/home/me/Maildir/new/1.test"
	line_read
	is "and tells a delivery" "$line" INBOX
	mkdir -p "$closed/home/me/Maildir/.a.b"/{cur,new,tmp}
	line_read
	is "and a new mailbox" "$line" a/b
	watcher=$(descendants "$entered")
	leave
	is "with its input inputkill ends" "$?" 0
	ok "and what it has started" wait_until 30 none_alive "$watcher"
	is "nobody complains" "$(cat "$work/err")" ""

	printf 'From a\n\nb\n' >"$closed/home/me/mail/box"
	enter /bin/inputkill /bin/watch_mboxes -e -i /home/me/inbox
	is "watch_mboxes is ready there" "$line" ""
	printf 'From a\n\nb\n' >>"$closed/home/me/mail/box"
	line_read
	is "and tells a delivery" "$line" box
	leave
	is "and ends" "$? $(cat "$work/err")" "0 "

	"${inside[@]}" /bin/inputkill /bin/absent <&"$silence" >"$work/out.absent" 2>"$work/err"
	is "a command that is not there is told by its status" "$?" 127
	contains "and named" "$work/err" '/bin/absent'
	printf 'MaildirStore local\nInbox ~somebody/Maildir\n' >"$closed/home/me/.mbsyncrc"
	"${inside[@]}" /bin/watch_maildirs -S local </dev/null >"$work/out.store" 2>"$work/err"
	contains "a home that only a passwd file would tell is asked for" "$work/err" 'no user somebody is known here'
	"${inside[@]}" /bin/watch_maildirs -m /home/me/Maildir >&- 2>"$work/err"
	is "a closed output is an error" "$?" 1
	contains "that is told" "$work/err" '^watch_maildirs: standard output'
}

if (($# == 0)); then
	needs make readelf unshare
	build_twice
	((tap_failed == 0)) || tap_done
	poor_tools
	judge
	options_refused
	furnish
	if unshare -r true 2>/dev/null; then at_work; else pass "a root directory of its own # SKIP no user namespaces"; fi
fi

# --- over ssh: the user's account has the kit's programs in no PATH; the counts go on ---
lab_user "${kit:-}" "$tap_count" "$tap_failed"
if (($#)); then
	kit=$1
	tap_count=$2
	tap_failed=$3
fi
lab_imap
mkdir "$work/home"
cp -R "$kit/bin" "$work/home/"
cp "$work/sshd_config" "$work/sshd_config.all"
end_pid "$sshd_pid"
sed -i "s|PATH=[^ ]*|PATH=/usr/bin:/bin|" "$work/sshd_config"
start "$(command -v sshd)" -f "$work/sshd_config" -D -e </dev/null >>"$work/sshd.log" 2>&1
wait_until 30 port_open "$ssh_port"
ok "no watcher is in the PATH there" not lab_ssh "command -v watch_maildirs"
mswatch_configure ssh -F "$work/ssh_config" -o BatchMode=yes labhost \
	"$work/home/bin/inputkill" "$work/home/bin/watch_maildirs" -s /
lab_mswatch
deliver server INBOX
ok "mail comes by the kit's programs and whole paths" wait_until 60 in_step INBOX 1
mailbox_make server lists/dev
deliver server lists/dev
ok "to a new mailbox, too" wait_until 60 in_step lists/dev 1
tap_done
