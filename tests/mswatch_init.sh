#!/bin/bash
# mswatch --init: what it reads, what it prints, and what it refuses.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs mbsync

# The programs in one directory, so that one may be missing.
bin=$work/bin
mkdir -p "$bin" "$work/home" "$work/elsewhere"
for program in mswatch watch_maildirs inputkill socketwatch; do
	cp "$(command -v $program)" "$bin/"
done
for program in ssh watch_imap; do       # that they are there counts, not what they do
	printf '#!/bin/sh\nexit 1\n' >"$bin/$program"
	chmod +x "$bin/$program"
done
path=$bin:$(dirname "$(command -v mbsync)"):/usr/bin:/bin
without() { # PROGRAM: in $path as well
	mv "$bin/$1" "$work/elsewhere/"
	path=$bin:$work/others
	mkdir -p "$work/others"
	ln -sf "$(command -v mbsync)" "$work/others/"
}
again() { mv "$work/elsewhere/$1" "$bin/"; path=$bin:$(dirname "$(command -v mbsync)"):/usr/bin:/bin; }

run() { # ARGUMENT...: in $status, $work/out, $work/err
	(cd "$work/home" && exec timeout 60 env -u XDG_CONFIG_HOME PATH="$path" HOME="$work/home" \
		"$bin/mswatch" "$@") >"$work/out" 2>"$work/err" </dev/null
	status=$?
}
init() { run --init "$@"; }
printed() { # NAME: it is right, and right for -t
	is "$1: printed, without a complaint" "$status$(cat "$work/err")" 0
	cp "$work/out" "$work/printed"
	run -t -c "$work/printed"
	is "$1: -t has no warning" "$status$(cat "$work/err")" 0
	cp "$work/printed" "$work/out"
}
refused() { # NAME PATTERN
	is "$1: exit status, and nothing printed" "$status$(cat "$work/out")" 1
	contains "$1: told" "$work/err" "^mswatch: $2"
}

rc=$work/home/.mbsyncrc
cat >"$rc" <<-'CONF'
	IMAPStore server
	Host mail.example.org
	User me
	PassCmd "echo secret"

	MaildirStore local
	Path ~/Mail/
	Inbox ~/Maildir
	SubFolders Verbatim

	MaildirStore disk
	Path ~/disk/

	Channel work
	Far :server:
	Near :local:
	Patterns *

	Channel copy
	Far :local:
	Near :disk:
	Patterns *

	Group all work copy
CONF

# --- what it prints ---
init work me@mail.example.org
printed "over ssh"
contains "the server over ssh" "$work/out" \
	'^	watch ssh -S none -o BatchMode=yes .* me@mail.example.org inputkill watch_maildirs -s /$'
contains "the Maildir by the store's name" "$work/out" '^	watch watch_maildirs -S local -e$'
contains "the channel" "$work/out" '^channel work$'
contains "the syncer" "$work/out" '^sync socketwatch -t 60 mbsync -q$'
for words in 'ssh -o BatchMode=yes me@mail.example.org true' 'mswatch -t' 'doveconf mail_location' 'LAYOUT=fs' 'inputkill watch_mboxes'; do
	contains "a comment says: $words" "$work/out" "^#.*$words"
done
watch_line() { sed -n 's/^	watch \(ssh .*\) [^ ]* inputkill watch_maildirs -s .$/\1/p' "$1"; }
is "ssh has the sample's options" "$(watch_line "$work/out")" "$(watch_line "$top_srcdir/examples/mswatchrc.sample")"
cp "$work/out" "$work/first"
run --init=work me@mail.example.org
ok "--init=CHANNEL is the same" cmp "$work/first" "$work/out"
run me@mail.example.org --init work
ok "HOST may stand in front" cmp "$work/first" "$work/out"
init work
printed "over IMAP"
contains "the server by watch_imap" "$work/out" '^	watch watch_imap server$'
init copy
printed "from Maildir to Maildir"
is "both are watched here" "$(grep -c '^	watch watch_maildirs -S ' "$work/out")" 2
init all
printed "a Group"
contains "the group is what is synced" "$work/out" '^channel all$'
is "each store is watched once" "$(grep -c '^store ' "$work/out")" 3
init work shell.example.net
is "a host in another domain is accepted" "$status" 0
is "and told" "$(cat "$work/err")" "mswatch: store server: its account is on mail.example.org: is that mail on shell.example.net?"
contains "and commented" "$work/out" '^# ATTENTION: .* mail.example.org; .* shell.example.net'

# --- which file ---
mkdir -p "$work/home/a dir"
sed 's/^Channel work/Channel other/; s/^Group.*//' "$rc" >"$work/home/a dir/rc"
init other --mbsyncrc="a dir/rc" mail.example.org
printed "another file"
contains "mbsync is told" "$work/out" "^sync socketwatch -t 60 mbsync -q -c \"$work/home/a dir/rc\"$"
contains "mswatch is told" "$work/out" "^channel other \"$work/home/a dir/rc\"$"
contains "the watcher is told" "$work/out" "^	watch watch_maildirs -c \"$work/home/a dir/rc\" -S local -e$"
init other --mbsyncrc=none
refused "a file that is not there" "$work/home/none: No such file or directory; mbsync has to work first"
mv "$rc" "$rc.away"
init work
refused "no ~/.mbsyncrc" "$work/home/.mbsyncrc: No such file or directory; mbsync has to work first"
mv "$rc.away" "$rc"

# --- what it refuses ---
init wrok mail.example.org
refused "an unknown channel" "wrok: $rc has no Channel or Group of that name; there are: Channel work, copy; Group all$"
init copy mail.example.org
refused "a host for Maildirs" "copy: all of its stores are Maildirs here: leave mail.example.org out$"
init work -- -oProxyCommand=x
refused "an option in the place of a host" '"-oProxyCommand=x": not a host'
cp "$rc" "$work/kept"
printf '\nMaildirStore bad\nNoSuchKeyword x\n' >>"$rc"
init work mail.example.org
refused "a file that mbsync refuses" "$rc: mbsync refuses it: mend that first"
contains "with the line" "$work/err" "^mswatch: $rc:27: "
cp "$work/kept" "$rc"
run --init
refused "no channel" '(--init: .*|.*--init.*)'
init work one two
refused "two hosts" 'two: unexpected argument'
run work
refused "a host without --init" 'work: unexpected argument'
init work -c x
refused "mswatch's own file" '-c: --init reads no configuration of mswatch'
run --mbsyncrc=x -t
refused "mbsync's file without --init" '--mbsyncrc: is for --init'
(cd "$work/home" && exec env PATH="$path" HOME="$work/home" "$bin/mswatch" --init work h) >/dev/full 2>"$work/err"
is "what can't be written is an error" "$?" 1
contains "and told" "$work/err" '^mswatch: .*No space left'

# --- what is not installed ---
without watch_imap
init work
# shellcheck disable=SC2016 # as written
refused "no host and no watch_imap" 'store server: two ways to watch a server: over ssh, .*`mswatch --init work HOST`; or by watch_imap, which is not installed here$'
again watch_imap
without socketwatch
init work mail.example.org
printed "no socketwatch"
contains "mbsync by itself" "$work/out" '^sync mbsync -q$'
again socketwatch
without watch_maildirs
init work mail.example.org
is "no watch_maildirs: printed all the same" "$status" 0
contains "and told, as -t would" "$work/err" '^mswatch: .*watch_maildirs: not found in PATH'
again watch_maildirs
path=$bin
init work mail.example.org
refused "no mbsync" 'mbsync.*: not found in PATH .*; --init is for those whose mbsync works$'
path=$bin:$(dirname "$(command -v mbsync)"):/usr/bin:/bin

# --- it only prints ---
echo '# mine' >"$work/home/.mswatchrc"
find "$work/home" -printf '%p %s %T@\n' | sort >"$work/before"
init work mail.example.org
find "$work/home" -printf '%p %s %T@\n' | sort >"$work/after"
ok "nothing is written or changed" cmp "$work/before" "$work/after"
tap_done
