#!/bin/bash
# watch_maildirs --store: what it prints is what mbsync itself lists of the store, in each
# kind of store that ~/.mbsyncrc can describe; INBOX may come later; and --names.
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1
needs mbsync
newer=$(bash "$top_srcdir/tests/isync15.sh" "$top_builddir/tests" 2>isync15.err) || newer=
[[ -n $newer || -z ${CI:-} ]] || fail "isync 1.5 is there" "$(cat isync15.err)"
export HOME=$work XDG_CONFIG_HOME=$work/none
unset MAILDIR
[[ $(mbsync --version) == *" 1.4"* ]] && older=mbsync || older=
[[ -n $older$newer ]] || skip_all "neither isync 1.4 nor 1.5 is installed"

# --- what it prints is what mbsync lists ---
store() { # LINE...: ~/.mbsyncrc, with a channel over the store near
	printf '%s\n' "MaildirStore near" "$@" "" "MaildirStore far" "Path $work/far/" \
		"Inbox $work/far/Inbox" "SubFolders Verbatim" "" "Channel chan" "Near :near:" \
		"Far :far:" "Patterns * INBOX*" >.mbsyncrc
}
names() { grep -v '^$' | LC_ALL=C sort -u; }
# Each directory with cur/ and new/ gets a message; what the watcher said of them.
told_names() {
	local box
	watch -S near
	while read -r -d '' box; do
		deliver "${box%/cur}" "message"
	done < <(find Mail Other pp -type d -name cur -print0 2>/dev/null)
	# the beacon is last of all: what came before it is told before it, or with it
	settle "$beacon_box" "$beacon_name"
	names <"$lines" >told
	unwatch
	find Mail Other pp -name message -delete 2>/dev/null
}
# WHAT VERSIONS LINE...: the store's mailboxes are in step with both versions of mbsync.  The far
# side has INBOX, which would be listed anyway, and no other.
agrees() {
	local what=$1 versions=$2
	shift 2
	store "$@"
	told_names
	if [[ $versions == *4* && -n $older ]]; then
		"$older" -l chan 2>err | names >listed
		is "$what: as mbsync 1.4 lists it" "$(cat told)" "$(cat listed)"
	fi
	if [[ $versions == *5* && -n $newer ]]; then
		"$newer" --list-stores near 2>err | grep -v '^===== ' | names >listed
		is "$what: as mbsync 1.5 lists it" "$(cat told)" "$(cat listed)"
	fi
}
maildirs far/Inbox Mail/{Inbox,INBOX.flat,top,m-work,m-in,m-.dot,m-INBOX.x,.hidden,a,beacon,m-beacon,'&AOk-t',été} \
	Mail/new Other
beacon_box=Mail/beacon beacon_name=beacon
for style in "" Verbatim Legacy; do
	lines_of_style=(${style:+"SubFolders $style"})
	agrees "${style:-no SubFolders}, INBOX nested" 45 "Path ~/Mail/" "Inbox ~/Mail/Inbox" "${lines_of_style[@]}"
	agrees "${style:-no SubFolders}, INBOX elsewhere" 45 "Path ~/Mail/" "Inbox ~/Other" "${lines_of_style[@]}"
	agrees "${style:-no SubFolders}, Flatten" 5 "Path ~/Mail/" "Inbox ~/Other" "Flatten ." "${lines_of_style[@]}"
	agrees "${style:-no SubFolders}, a slash behind Inbox" 45 "Path ~/Mail/" "Inbox ~/Mail/Inbox/" \
		"${lines_of_style[@]}"
done
maildirs Mail/{top/sub,top/sub/deep,top/.sub,top/.sub/.deep,walked/leaf,walked/.leaf,top/INBOX,top/cur/x} \
	Mail/{Inbox/sub,Inbox/.sub,a/In,a/In/sub,a/.In,a/.In/.sub,a/other,a/.other,m-work/sub,m-work/.sub} \
	Mail/m-in/sub Mail/m-in/.sub Other/sub Other/.sub
for style in Verbatim Legacy; do
	nested=a/In
	[[ $style == Verbatim ]] || nested=a/.In
	agrees "$style, INBOX nested" 45 "Path ~/Mail/" "Inbox ~/Mail/Inbox" "SubFolders $style"
	agrees "$style, INBOX nested deeper" 45 "Path ~/Mail/" "Inbox ~/Mail/$nested" "SubFolders $style"
	agrees "$style, INBOX elsewhere" 45 "Path ~/Mail/" "Inbox ~/Other" "SubFolders $style"
	maildirs Mail
	agrees "$style, INBOX and Path one" 4 "Path ~/Mail/" "Inbox ~/Mail" "SubFolders $style"
	rm -r Mail/cur Mail/tmp
	agrees "$style, a slash behind Inbox" 45 "Path ~/Mail/" "Inbox ~/Mail/Inbox/" "SubFolders $style"
	agrees "$style, Inbox in Path by a detour" 45 "Path ~/Mail/" "Inbox ~/Mail/./Inbox" "SubFolders $style"
	beacon_box=Mail/m-beacon
	agrees "$style, Path a prefix, INBOX nested" 5 "Path ~/Mail/m-" "Inbox ~/Mail/m-in" "SubFolders $style"
	agrees "$style, Path a prefix, INBOX beside" 5 "Path ~/Mail/m-" "Inbox ~/Mail/Inbox" "SubFolders $style"
	beacon_box=Mail/beacon
done
beacon_box=Other beacon_name=INBOX
agrees "Verbatim without Path" 5 "Inbox ~/Other" "SubFolders Verbatim"
agrees "Legacy without Path" 5 "Inbox ~/Other" "SubFolders Legacy"
maildirs pp pp/{.a,.a.b,.a..b,..in,...x,.Inbox.q,.inbox,.INBOXES,.INBOX,.INBOX.q,plain,.é,.beacon} pp/.a/.b
beacon_box=pp/.beacon beacon_name=beacon
agrees "Maildir++" 45 "SubFolders Maildir++" "Inbox ~/pp"
contains "Maildir++: .INBOX is told of" "$errors" 'pp/\.INBOX.*: ignored'

# --- INBOX comes ---
for style in Verbatim Legacy ""; do
	store "Path ~/Mail/" "Inbox ~/no/where/Inbox" ${style:+"SubFolders $style"}
	rm -rf no
	watch -S near
	contains "${style:-no SubFolders}: INBOX is waited for" "$errors" 'no/where/Inbox: there is no INBOX yet'
	deliver Mail/top early
	says "${style:-no SubFolders}: the rest is watched" top
	maildirs no/where/Inbox
	ok "${style:-no SubFolders}: INBOX is made" told_of INBOX
	settle no/where/Inbox INBOX
	unwatch
done

# --- what can't be ---
refused() { # WHAT PATTERN ARGUMENT...
	local what=$1 pattern=$2 status
	shift 2
	timeout 30 watch_maildirs "$@" >out 2>err </dev/null
	status=$?
	is "$what: status" "$status" 1
	contains "$what: message" err "^watch_maildirs: $pattern"
}
printf '%s\n' "IMAPStore server" "Host localhost" "" "MaildirStore one" "Path ~/Mail/" "" "MaildirStore two" \
	"Path ~/missing/" "" "MaildirStore three" "SubFolders Maildir++" "Inbox ~/missing" >.mbsyncrc
refused "an unknown store" '.*/\.mbsyncrc: there is no MaildirStore four \(.*: one, two, three\)' -S four
refused "an IMAP store" '.*/\.mbsyncrc:1: server is an IMAPStore: watch_imap.*ssh.*: one, two, three' -S server
refused "a Path that is not there" '.*/missing: No such file.*the Path, which mbsync does not make' -S two
refused "a Maildir++ that is not there" '.*/missing: No such file.*the Inbox, which the first sync makes' -S three
refused "no file that lasts" '/dev/null: no regular file.*--config' -S one -c /dev/null
refused "no file" 'nowhere: No such file.*--config' -S one -c nowhere
for option in "--maildir Mail" "--inbox in" "--layout legacy" "--names utf8" "--separator ."; do
	# shellcheck disable=SC2086 # two words
	refused "--store and $option" "--store and ${option% *} exclude each other" -S one $option
done
refused "a file without a store" '--config is for --store only' -c .mbsyncrc
refused "no store" 'option --store needs a value' -S ''
refused "an unknown encoding" "--names is utf8 or utf7, not 'latin1'" -n latin1
HOME='' refused "no HOME" '--store: .HOME is not set' -S one
watch -S one -s / -c .mbsyncrc
deliver Mail/top again
says "-s / is what it has to be" top
unwatch

# --- what is wrong with the file ---
printf '%s\n' "MaildirStore one" "Path ~/Mail/" "Inbox ~/Other" "Nonsense" "" "MaildirStore two" "Path ~/Mail/" \
	"Rubbish" "" >other.conf
watch -S one -c other.conf
contains "a wrong line of the store is told" "$errors" '^watch_maildirs: other\.conf:4: .*Nonsense'
lacks "that of another is not" "$errors" 'Rubbish'
deliver Mail/top wrong
says "and it is watched" top
unwatch

# --- the installed mbsync's file ---
mkdir -p xdg bin4 bin5
printf '%s\n' "MaildirStore one" "Path ~/Mail/" "Inbox ~/Other" "" >.mbsyncrc
printf '%s\n' "MaildirStore newer" "Path Mail/m-" "Inbox ~/Other" "" >xdg/isyncrc
ln -s ../Mail xdg/Mail
for version in 4 5; do
	program=$older
	[[ $version == 4 ]] || program=$newer
	[[ -n $program ]] || continue
	ln -sf "$(type -P "$program")" "bin$version/mbsync"
done
if [[ -n $older ]]; then
	XDG_CONFIG_HOME=$work/xdg PATH=$work/bin4:$PATH watch -S one
	deliver Mail/top installed
	says "1.4 takes ~/.mbsyncrc" top
	unwatch
fi
if [[ -n $newer ]]; then
	printf '#!/bin/sh\nexec "%s" "$@"\n' "$newer" >bin5/mbsync.new
	chmod 755 bin5/mbsync.new
	mv bin5/mbsync.new bin5/mbsync
	XDG_CONFIG_HOME=$work/xdg PATH=$work/bin5:$PATH watch -S newer
	deliver Mail/m-work installed
	says "1.5 takes isyncrc, whose paths are relative to it" work
	unwatch
fi

# --- names ---
maildirs "enc/.Entw&APw-rfe.R&D" "enc/.Entwürfe.R&-D" $'enc/.\xfc' enc/.beacon enc
for spelling in utf8:Entwürfe/R\&D "utf7:Entw&APw-rfe/R&-D"; do
	watch -m enc -s / -n "${spelling%%:*}"
	for box in "enc/.Entw&APw-rfe.R&D" "enc/.Entwürfe.R&-D"; do
		deliver "$box" "${spelling%%:*}"
		says "-n ${spelling%%:*}: ${box#enc/}" "${spelling#*:}"
	done
	deliver $'enc/.\xfc' "${spelling%%:*}"
	says "-n ${spelling%%:*}: what can't be said is all" ""
	is "-n ${spelling%%:*}: which is told once" "$(grep -c 'has no name that can be told' "$errors")" 1
	unwatch
done
watch -m enc -s / -n utf8 -x 'Entwürfe*'
deliver "enc/.Entw&APw-rfe.R&D" out
is_quiet "-x takes names as they are printed" enc/.beacon beacon
unwatch
tap_done
