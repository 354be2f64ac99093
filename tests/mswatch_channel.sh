#!/bin/bash
# The setting channel: what mbsync is run for, and how its configuration is understood.
# mbsync itself says which version it is, and does no more here than that.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs mbsync

# --- programs called mbsync, of each version that can be had ---
version_program() { # DIRECTORY REAL
	mkdir -p "$work/$1"
	cat >"$work/$1/mbsync" <<-SCRIPT
		#!/bin/bash
		[[ \${1-} != --version ]] || { echo . >>"$work/asked"; exec "$2" --version; }
		exec "$work/sync" "\$@"
	SCRIPT
	chmod +x "$work/$1/mbsync"
}
v14='' v15=''
case $(mbsync --version) in
"isync 1.4"*) v14=$(command -v mbsync) ;;
*) v15=$(command -v mbsync) ;;
esac
if [[ -z $v15 ]] && ! v15=$(bash "$top_srcdir/tests/isync15.sh" "$(realpath "$top_builddir")/tests" 2>"$work/isync15.log"); then
	[[ -z ${CI:-} ]] || fail "isync 1.5 can be had"
	note "without isync 1.5, whose packages can't be had here"
fi
[[ -n $v14 ]] || note "without isync 1.4"
version_program v14 "$v14"
version_program v15 "$v15"
newest=v15
[[ -n $v15 ]] || newest=v14

# --- configurations ---
rc=$HOME/.mbsyncrc
write_rc() { # [LINE...]: a server, two Maildirs, and these lines; behind several in a word is a blank one
	local line
	cat >"$rc" <<-'RC'
		IMAPStore server
		Host mail.example.org
		User me

		MaildirStore local
		Path ~/Mail/
		Inbox ~/Mail/INBOX
		SubFolders Verbatim

		MaildirStore flat
		Path ~/Flat/
		Inbox ~/Flat/INBOX
		Flatten .

	RC
	for line; do
		[[ $line != *$'\n'* ]] || line+=$'\n'
		printf '%s\n' "$line" >>"$rc"
	done
}
work_channel() { # [PATTERNS]
	printf '%s\n' 'Channel work' 'Far :server:' 'Near :local:' "Patterns ${1-* !Spam}"
}
# Near and far stores one and two, after stage_config has made their watchers.
settings() { # SYNC [LINE...]
	stage_config
	{
		printf '%s\n' 'base_delay 0.1' 'inter_delay 0.2' 'max_delay 1' 'poll_period 0' "sync $1"
		printf '%s\n' 'store one {' "watch $work/watch_one" 'side near' '}'
		printf '%s\n' 'store two {' "watch $work/watch_two" 'side far' '}'
		shift
		printf '%s\n' "$@"
	} >"$conf"
}
begin() { # SYNC 'channel NAME' [LINE...]: mswatch with these, its start over
	settings "$@"
	stage_start -v
	until_line runs "^start .*'${2#channel }'\$" && wait_until "$bound" is_quiet
}
# A report that means nothing is followed by one that does, whose run shows that.
only() { # NAME WANTED: since the last one these were the runs
	is "$1" "$(grep '^start' "$work/runs")" "$2"
	: >"$work/runs"
}
mark() { # STORE: reports a mailbox, and waits for its run
	change "$1" Mark
	until_line runs "^start .*:Mark'" && wait_until "$bound" is_quiet
}

# --- one channel ---
write_rc "$(work_channel)"
begin "$work/$newest/mbsync" 'channel work' 'ignore Trash'
only "INBOX first, then all by the channel's name" "start 'work:INBOX'"$'\n'"start 'work'"
change two Spam Trash
mark two
only "what Patterns exclude runs nothing, nor what is ignored" "start 'work:Mark'"
contains "it is told with -v" "$work/out" "^${stamp}two: Spam is not in work: nothing to sync\$"
lacks "and by no error" "$work/err" .
touch "$work/hold"
change one first
until_line runs "start 'work:first'"
change one lists/dev
change two lists/dev -rf
until_line out 'changed: -rf'
kill -USR1 "$mswatch"
until_line out "^$stamp  work:lists/dev due in"
until_line out "^$stamp  work:first being synced"
pass "the status shows what mbsync is given"
rm "$work/hold"
until_line runs "work:-rf"
wait_until "$bound" is_quiet
only "names of both sides for one mailbox are pending once; a dash in front is no option" \
	"start 'work:first'"$'\n'"start 'work:-rf' 'work:lists/dev'"
contains "so do messages" "$work/out" "synced work:-rf, work:lists/dev in"
change one a,b
until_line runs "^start 'work'\$"
pass "a comma can't be said: all"
contains "that is told" "$work/err" "one: mailbox a,b can't be given to $work/$newest/mbsync: .*comma.*\\(told once\\)"
wait_until "$bound" is_quiet
change one c,d
until_line runs "^start 'work'\$" 2
is "once" "$(lines_of err "can't be given")" 1
wait_until "$bound" is_quiet
: >"$work/runs"
write_rc "$(work_channel '*')"
change two Spam
mark one
only "a ~/.mbsyncrc that has changed is not read again before the next start" "start 'work:Mark'"
stage_stop
begin "$work/$newest/mbsync" 'channel work'
change two Spam
ok "... but then" until_line runs "start 'work:Spam'"
wait_until "$bound" is_quiet
: >"$work/runs"
asks() { timeout 60 mswatch -c "$conf" "$@" >"$work/answer" 2>"$work/complaint"; }
asks --sync lists/dev INBOX
is "what is asked for by name becomes what mbsync is given" "$?$(grep '^start' "$work/runs")" \
	"0start 'work:INBOX' 'work:lists/dev'"
asks --sync work:other
is "what mbsync is given, too" "$?$(tail -n 2 "$work/runs" | head -n 1)" "0start 'work:other'"
asks --sync work
is "the channel is all" "$?$(tail -n 2 "$work/runs" | head -n 1)" "0start 'work'"
write_rc "$(work_channel '* !Spam')"
wait_until "$bound" is_quiet
: >"$work/runs"
asks --reload
is "mbsync's file is read by --reload" "$?" 0
ok "what it left out before is synced" until_line runs "^start 'work'\$"
wait_until "$bound" is_quiet
asks --sync Spam
is "what it excludes is no mailbox" "$?" 1
contains "that is told" "$work/complaint" 'Spam: no mailbox of work'
: >"$work/runs"
change two Spam
mark two
only "nor is it synced when it changes" "start 'work:Mark'"
write_rc
asks --reload
is "where the channel is gone" "$?" 1
contains "it says that nothing has changed" "$work/complaint" 'everything stays as it was'
mark one
pass "and goes on"
write_rc "$(work_channel '*')"
stage_stop

# --- hooks ---
cat >"$work/hook" <<SCRIPT
#!/bin/bash
echo "\${*@Q}" >>"$work/hooks"
SCRIPT
chmod +x "$work/hook"
begin "$work/$newest/mbsync" 'channel work' "on_success $work/hook"
change one lists/dev
ok "hooks get what mbsync is given" until_line hooks "^'work:lists/dev'\$"
ok "for all, too" until_line hooks "^'work'\$"
stage_stop

# --- a group: channels of one mailbox, and one of all others ---
write_rc 'Channel g-inbox' 'Far :server:' 'Near :local:' '' \
	'Channel g-sent' 'Far ":server:[Gmail]/Sent Mail"' 'Near :local:sent' '' \
	'Channel g-rest' 'Far :server:' 'Near :local:' 'Patterns * ![Gmail]* !INBOX !sent' '' \
	'Group gmail g-inbox g-sent g-rest:a,b'
begin "$work/$newest/mbsync" 'channel gmail' 'inter_delay 0.3 "[Gmail]/Sent Mail"'
only "a group's INBOX goes first, then all by the group's name" "start 'g-inbox'"$'\n'"start 'gmail'"
for report in "two [Gmail]/Sent Mail" "one sent"; do
	change "${report%% *}" "${report#* }"
	until_line runs "^start 'g-sent'" && wait_until "$bound" is_quiet
	only "${report#* } runs its channel alone" "start 'g-sent'"
done
change two "[Gmail]/All Mail" c
change two a
until_line runs "'g-rest:a'" && wait_until "$bound" is_quiet
only "member:a,b is these two" "start 'g-rest:a'"
stage_stop

write_rc "$(work_channel)" 'Channel lists' 'Far :server:lists/' 'Near :flat:' 'Patterns *' '' 'Group both work lists'
settings "$work/$newest/mbsync" 'channel both'
sed -i 's/^side near/side near local/' "$conf"
stage_start -v
until_line runs "^start 'both'\$" && wait_until "$bound" is_quiet
only "several INBOXes go first together" "start 'lists:INBOX' 'work:INBOX'"$'\n'"start 'both'"
change two lists/dev
until_line runs "dev" && wait_until "$bound" is_quiet
only "a mailbox of two channels is both arguments" "start 'lists:dev' 'work:lists/dev'"
change two lists/x.y lists/y.z
until_line runs "y.z" && wait_until "$bound" is_quiet
only "what Flatten stands for, in the other side's name, is left out for that channel" \
	"start 'work:lists/x.y' 'work:lists/y.z'"
is "which is told once" "$(lines_of err "^${stamp}mswatch: two: mailbox lists/[xy].[yz] can't be synced: .*Flatten.*\(told once\)\$")" 1
is "... and nothing else is" "$(lines_of err .)" 1
stage_stop

# --- INBOX ---
write_rc "$(work_channel '* !INBOX')"
begin "$work/$newest/mbsync" 'channel work'
only "an INBOX that is excluded has no run at the start" "start 'work'"
stage_stop

# --- a name with a dash ---
write_rc 'Channel -x' 'Far :server:' 'Near :local:' 'Patterns *'
begin "$work/$newest/mbsync -q --" 'channel -x'
only "a channel with a dash in front, behind --" "start '-q' '--' '-x:INBOX'"$'\n'"start '-q' '--' '-x'"
stage_stop
mkdir -p "$HOME/Mail/INBOX/cur" "$HOME/Flat/INBOX/cur"
sed -i 's/^Far :server:/Far :flat:/' "$rc"
is "mbsync takes it so" "$(mbsync -c "$rc" --list -- -x:INBOX)" INBOX

# --- versions: names are modified UTF-7 in 1.4, UTF-8 in 1.5 ---
write_rc "$(work_channel "* !R&D !R&-D")"
umlauts() { # DIRECTORY NEAR WANTED [QUOTING]
	: >"$work/asked"
	begin "socketwatch -t 60 env LC_ALL=C timeout 60 $work/$1/mbsync" 'channel work'
	: >"$work/runs"
	touch "$work/hold"
	change two x
	until_line runs 'work:x'
	change two 'Entw&APw-rfe' 'R&-D'
	change one "$2"
	until_line out "one: changed: "
	until_line out "R&-D"
	rm "$work/hold"
	until_line runs '^start' 2 && wait_until "$bound" is_quiet
	only "$1: names of both sides are one, as that version has them" "start 'work:x'"$'\n'"start ${4-}'$3'"
	stage_stop
	is "$1: it was asked once, behind what runs it" "$(cat "$work/asked")" .
}
[[ -z $v14 ]] || umlauts v14 'Entw&APw-rfe' 'work:Entw&APw-rfe'
[[ -z $v15 ]] || umlauts v15 'Entwürfe' $'work:Entw\\303\\274rfe' '$'

mkdir -p "$work/none"
cat >"$work/none/mbsync" <<SCRIPT
#!/bin/sh
[ "\$1" != --version ] || exit 3
exec "$work/sync" "\$@"
SCRIPT
chmod +x "$work/none/mbsync"
begin "$work/none/mbsync" 'channel work'
contains "a version that is not known is told" "$work/err" "^mswatch: $work/none/mbsync --version: .*status 3.*: which version"
: >"$work/runs"
change two 'R&-D'
until_line runs "^start 'work'\$" && wait_until "$bound" is_quiet
change two Spam2
until_line runs "Spam2" && wait_until "$bound" is_quiet
only "names that depend on it mean all" "start 'work'"$'\n'"start 'work:Spam2'"
stage_stop
begin "$work/sync" 'channel work'
lacks "mbsync of PATH is asked where sync runs something else" "$work/err" version
stage_stop

# --- which file ---
write_rc "$(work_channel "never")"
cp "$rc" "$work/other"
shows() { # NAME PATTERN SYNC LINE...: -t's lines match
	local name=$1 pattern=$2
	shift 2
	settings "$@"
	mswatch -t -c "$conf" >"$work/shown" 2>"$work/warnings"
	is "$name: accepted" $? 0
	contains "$name" "$work/shown" "$pattern"
}
shows "the usual file" "^# channel work of $rc, as mbsync 1" "$work/$newest/mbsync" 'channel work'
lacks "no warning" "$work/warnings" .
shows "FILE" "^# channel work of $work/other," "$work/$newest/mbsync -c $work/other" "channel work $work/other"
lacks "... without a warning where sync has -c for it" "$work/warnings" .
shows "FILE without -c in sync" "^# channel work of $work/other," "$work/$newest/mbsync -q" "channel work $work/other"
is "... is warned of" "$(cat "$work/warnings")" \
	"mswatch: $conf:14: channel: mbsync reads $rc, not $work/other: add -c $work/other to mbsync in sync"
for option in "-c $work/other" "-qc $work/other" "--config=$work/other" "--config $work/other"; do
	shows "the file of sync's ${option%%[= ]*}" "^# channel work of $work/other," \
		"env X=1 $work/$newest/mbsync $option" "channel work"
done
if [[ -n $v15 ]]; then
	mkdir -p "$HOME/.config"
	cp "$work/other" "$HOME/.config/isyncrc"
	shows "1.5 reads isyncrc first" "^# channel work of $HOME/.config/isyncrc, as mbsync 1.5 or later reads it:\$" \
		"$work/v15/mbsync" 'channel work'
	[[ -z $v14 ]] || shows "1.4 does not" "^# channel work of $rc, as mbsync 1.4 reads it:\$" "$work/v14/mbsync" 'channel work'
	settings "$work/none/mbsync" 'channel work'
	mswatch -c "$conf" 2>"$work/warnings"
	is "which one is not known without the version" $? 78
	contains "... which is told" "$work/warnings" "$conf:14: channel: only the version of mbsync decides whether it reads $HOME/.config/isyncrc or $rc: name it, channel NAME FILE"
	rm "$HOME/.config/isyncrc"
fi

# --- what -t shows ---
write_rc 'Channel g-sent' 'Far ":server:[Gmail]/Sent Mail"' 'Near :local:sent' '' \
	'Channel g-rest' 'Far :server:x/' 'Near :local:' 'Patterns a* !"b c" ""' '' \
	'Group gmail g-sent g-rest:a,b g-rest nothing'
shows "a group" "^# group gmail of $rc, as mbsync" "$work/$newest/mbsync" 'channel gmail'
contains "a channel of one mailbox" "$work/shown" '^#   channel g-sent: far server:\[Gmail\]/Sent Mail, near local:sent, one mailbox$'
contains "members that are chosen" "$work/shown" '^#   channel g-rest: far server:x/, near local, only a b$'
contains "Patterns" "$work/shown" '^#   channel g-rest: far server:x/, near local, Patterns a\* !b c ""$'
contains "no channel" "$work/shown" '^#   nothing: there is no such channel$'
contains "the near store" "$work/shown" "^#   store one: the near store local, Maildir $HOME/Mail/, Inbox $HOME/Mail/INBOX\$"
contains "the far store" "$work/shown" "^#   store two: the far store server, IMAP at mail.example.org\$"
mswatch -t -c "$work/shown" >"$work/again" 2>/dev/null
is "what it shows is a configuration" $? 0
is "... that means the same" "$(tail -n +2 "$work/again")" "$(tail -n +2 "$work/shown")"

# --- what -t warns of ---
warns() { # NAME PATTERN SYNC [LINE...]
	local name=$1 pattern=$2
	shift 2
	settings "$@"
	mswatch -t -c "$conf" >/dev/null 2>"$work/warnings"
	is "$name: accepted" $? 0
	contains "$name" "$work/warnings" "$pattern"
	is "$name: the only warning" "$(grep -vc 'refuses the file for that' "$work/warnings")" "${warnings:-1}"
	stage_start
	until_line out "Watching mailstores"
	is "$name: only -t warns" "$(lines_of err .)" "${told:-0}"
	stage_stop
}
write_rc 'Channel one' 'Far :server:' 'Near :local:' '' "$(work_channel)" 'Group one one work'
warns "a channel that has a group's name" "^mswatch: $rc:15: channel one: a group has its name, too" "$work/$newest/mbsync" 'channel one'
write_rc "$(work_channel)"
sed -i '1a SubscribedOnly yes' "$rc"
warns "SubscribedOnly" "^mswatch: $rc:1: store server: SubscribedOnly" "$work/$newest/mbsync" 'channel work'
write_rc "$(work_channel '* !%/old')"
warns "a pattern that never matches" "^mswatch: $rc:18: channel work: the pattern !%/old never matches" "$work/$newest/mbsync" 'channel work'
if [[ -n $v14 ]]; then
	write_rc "$(work_channel '*')"
	sed -i 's,^Path ~/Mail/,Path ~/Mail/m-,' "$rc"
	warns "a Path without slash under 1.4" "^mswatch: $rc:6: Path $HOME/Mail/m- without a / at its end" "$work/v14/mbsync" 'channel work'
fi
write_rc "$(work_channel)"
sed -i 's,^Inbox ~/Mail/INBOX,&/,' "$rc"
warns "an Inbox with a final slash inside Path" "^mswatch: $rc:7: Inbox $HOME/Mail/INBOX/: .* second mailbox" "$work/$newest/mbsync" 'channel work'
if [[ -n $v15 ]]; then
	write_rc "$(work_channel '*')"
	sed -i 's,^Far :server:,&pre/,' "$rc"
	warns "a far prefix whose INBOX may be missing under 1.5" "^mswatch: $rc:15: channel work: mbsync 1.5 fails as long as there is no pre/INBOX in store server" "$work/v15/mbsync" 'channel work'
fi
write_rc "$(work_channel)" 'Channel -x' 'Far :server:' 'Near :local:' 'Patterns x' '' 'Group dash work -x'
warns "a channel that looks like an option" "^mswatch: $rc:20: channel -x: mbsync takes it for an option, .* end sync with --" "$work/$newest/mbsync" 'channel dash'
write_rc "$(work_channel)"
mkdir -p "$work/mail/cur"
settings "$work/$newest/mbsync" 'channel work'
sed -i "s,^watch $work/watch_one,watch watch_maildirs -m $work/mail," "$conf"
mswatch -t -c "$conf" >/dev/null 2>"$work/warnings"
is "watch_maildirs without -s /" "$(cat "$work/warnings")" \
	"mswatch: $conf:6: store one: mbsync's names have a / between their parts: add -s / to watch_maildirs"
sed -i "s,^watch watch_maildirs,& -s /," "$conf"
mswatch -t -c "$conf" >/dev/null 2>"$work/warnings"
lacks "... and with it" "$work/warnings" .
sed -i "s,^watch watch_maildirs.*,watch watch_mboxes -s . -m $work/mail," "$conf"
mswatch -t -c "$conf" >/dev/null 2>"$work/warnings"
is "watch_mboxes with another one" "$(cat "$work/warnings")" \
	"mswatch: $conf:6: store one: mbsync's names have a / between their parts: leave -s out of watch_mboxes"
sed -i "s,^watch watch_mboxes.*,watch watch_imap -p 1m nowhere -x a," "$conf"
mswatch -t -c "$conf" >/dev/null 2>"$work/warnings"
contains "watch_imap of what the file has not" "$work/warnings" \
	"^mswatch: $conf:6: store one: $rc has no IMAPStore or IMAPAccount nowhere, which watch_imap is given\$"
sed -i -e "s/-p 1m nowhere/server/" -e 's/^channel work/channel wrok/' -e 's/^ignore.*//' "$conf"
echo 'ignore I*' >>"$conf"
mswatch -t -c "$conf" >/dev/null 2>"$work/warnings"
contains "a channel that is not there" "$work/warnings" 'channel wrok: no channel or group .* did you mean work'
contains "does not hide other warnings" "$work/warnings" 'ignore: I\*: INBOX is one of these'

# --- what mbsync refuses in its file ---
write_rc "$(work_channel)" 'Channel broken' 'Far :nowhere:' 'Near :local:' 'Colour blue'
told=3 warnings=2 warns "what is refused, where the channel is clear" "^mswatch: $rc:23: .*Colour" "$work/$newest/mbsync" 'channel work'
contains "... for good" "$work/warnings" "^mswatch: $rc: mbsync refuses the file for that: no sync succeeds until it is mended\$"
contains "... also at the start" "$work/err" "^mswatch: $rc:23: .*Colour"
write_rc "$(work_channel)"
sed -i "1a CertificateFile $work/missing.pem" "$rc"
told=1 warns "a certificate that can't be read" "^mswatch: $rc:1: CertificateFile $work/missing.pem: No such file or directory: mbsync refuses" \
	"$work/$newest/mbsync" 'channel work'

# --- what mswatch can't go on with ---
refused() { # NAME MESSAGE SYNC [LINE...]
	local name=$1 message=$2
	shift 2
	settings "$@"
	for option in '' -t; do
		# shellcheck disable=SC2086 # no option, or one
		timeout 60 mswatch $option -c "$conf" >"$work/out" 2>"$work/err"
		is "$name: exit 78 ($option)" $? 78
		is "$name: what is wrong ($option)" "$(tail -n 1 "$work/err")" "mswatch: $conf:$message"
		lacks "$name: nothing else ($option)" "$work/out" .
	done
}
write_rc "$(work_channel)" "Group weekly work"
refused "a channel that is not there" "14: channel wrok: no channel or group of $rc: did you mean work?" "$work/$newest/mbsync" 'channel wrok'
refused "nor one like it" "14: channel x: no channel or group of $rc: it has weekly, work" "$work/$newest/mbsync" 'channel x'
refused "no file" "14: channel: $work/none.rc: No such file or directory" "$work/$newest/mbsync" "channel work $work/none.rc"
refused "a file that can't be read" "14: channel: $work: Is a directory" "$work/$newest/mbsync" "channel work $work"
# shellcheck disable=SC2088 # it is not to be expanded
refused "a tilde" "14: channel: ~/.mbsyncrc: No such file or directory; ~ stands for itself, there is no shell: write the whole path" \
	"$work/$newest/mbsync" 'channel work ~/.mbsyncrc'
write_rc 'Channel work' 'Far :nowhere:' 'Near :local:' 'Patterns *'
refused "a channel that is not clear" "14: channel work: what it syncs is not clear in $rc: it needs a far and a near store that exist" \
	"$work/$newest/mbsync" 'channel work'
write_rc "$(work_channel)"
settings "$work/$newest/mbsync" 'channel work'
sed -i '/^side/d' "$conf"
mswatch -c "$conf" 2>"$work/err"
is "a store that can be any: exit 78" $? 78
is "it is told of each, with its line" "$(cat "$work/err")" "\
mswatch: $conf:6: store one: which store of work this is can't be told: add \`side near\` or \`side far\` to its block
mswatch: $conf:9: store two: which store of work this is can't be told: add \`side near\` or \`side far\` to its block"
sed -i "s,^watch $work/watch_two,&\nremote," "$conf"
mswatch -t -c "$conf" >"$work/shown" 2>&1
contains "the remote one is far" "$work/shown" '^#   store two: the far store server'
contains "the other one near" "$work/shown" '^#   store one: the near store local'

tap_done
