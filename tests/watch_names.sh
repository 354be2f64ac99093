#!/bin/bash
# The names that watch_maildirs prints are mbsync's: for each style, a message
# is put into each mailbox, and the printed name, given to mbsync, brings this
# message to the far side and no other.
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1
type -P mbsync >/dev/null || skip_all "mbsync is not installed"

# far mailboxes are made on the way, each a plain tree
channel() { # STYLE PATH INBOX
	cat <<-END
		MaildirStore near
		SubFolders $1
		Inbox "$3"
		$([[ $1 == Maildir++ ]] || echo "Path \"$2/\"")

		MaildirStore far
		SubFolders Verbatim
		Path "$work/far/"
		Inbox "$work/far/INBOX"

		Channel chan
		Near :near:
		Far :far:
		Patterns *
		Create Far
		Sync Pull Push
		SyncState *
	END
}
message() { # NUMBER
	printf '%s\n' "From: a@example.org" "To: b@example.org" "Subject: $1" \
		"Date: Mon, 01 Jan 2024 00:00:00 +0000" "Message-ID: <$1@example.org>" "" "body $1"
}
# The message was stored in the far mailbox $2 and nowhere else.
arrived() { # NUMBER FAR-DIRECTORY
	local found
	found=$(grep -rlx "Subject: $1" "$work/far" 2>/dev/null)
	[[ -n $found && $found != *$'\n'* && ${found%/*/*} == "$work/far/$2" ]]
}
other_messages() { grep -rlE '^Subject:' "$work/far" 2>/dev/null | wc -l; }

# WHAT STYLE PATH INBOX MAILBOX-DIRECTORIES OPTION...: all mailboxes of a style.
prove() {
	local what=$1 style=$2 path=$3 inbox=$4 name number=0 dir far before
	shift 4
	rm -rf far
	mkdir far
	channel "$style" "$path" "$inbox" >mbsyncrc
	watch "$@"
	for dir in "${boxes[@]}"; do
		number=$((number + 1))
		before=$(other_messages)
		message "$number" >"$dir/tmp/$number.M1P$number.host"
		mv "$dir/tmp/$number.M1P$number.host" "$dir/new/"
		wait_until 30 has_lines $((seen + 1))
		name=$(tail -n 1 "$lines")
		seen=$(line_count)
		far=$name
		touch -d '1 minute ago' "$dir/new" "$dir/cur" # mbsync waits for young ones
		HOME=$work timeout 60 mbsync -q -c mbsyncrc "chan:$name" >mbsync.out 2>&1
		if arrived "$number" "$far" && (($(other_messages) == before + 1)); then
			pass "$what: ${dir#"$work/"} is '$name'"
		else
			fail "$what: ${dir#"$work/"} is '$name'" "$(cat mbsync.out)" \
				"$(grep -rl '^Subject:' far)"
		fi
		# the push has renamed the message; its line, if any, must not be the next one's
		nap 0.1
		seen=$(line_count)
	done
	unwatch
}

m=$work/pp
boxes=("$m" "$m/.simple" "$m/.a.b" "$m/.a.b.c" "$m/..deep" "$m/.sp ace" "$m/.-dash" "$m/.&AOk-t" "$m/.été"
	"$m/.a&b" "$m/.inbox" "$m/.colon:x" "$m/.quo\"te" "$m/.\$(x)")
maildirs "${boxes[@]}"
prove "Maildir++" Maildir++ "$m" "$m" -m "$m" -s /

v=$work/vb
boxes=("$v/My In" "$v/My In/sub" "$v/top" "$v/top/sub" "$v/top/sub/deep" "$v/walked/leaf" "$v/.hidden" "$v/sp ace"
	"$v/-dash" "$v/&AOk-t" "$v/été" "$v/a.b" "$v/top/INBOX" "$v/top/.x")
maildirs "${boxes[@]}"
prove "Verbatim" Verbatim "$v" "$v/My In" -m "$v" -l verbatim -i "My In"
w=$work/vb2
boxes=("$work/outside" "$work/outside/sub" "$w/top")
maildirs "${boxes[@]}"
prove "Verbatim, INBOX elsewhere" Verbatim "$w" "$work/outside" -m "$w" -l verbatim -i "$work/outside"

l=$work/lg
boxes=("$l/In" "$l/In/.sub" "$l/top" "$l/top/.sub" "$l/top/.sub/.deep" "$l/walked/.leaf" "$l/sp ace" "$l/-dash"
	"$l/&AOk-t" "$l/été" "$l/a.b" "$l/top/.a.b" "$l/top/..x")
maildirs "${boxes[@]}"
prove "Legacy" Legacy "$l" "$l/In" -m "$l" -l legacy -i In
tap_done
