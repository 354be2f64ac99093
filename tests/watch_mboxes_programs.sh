#!/bin/bash
# What real programs do to mboxes, and what watch_mboxes makes of it: each line of the
# table in its manual.
. "${top_srcdir:-$(dirname "$0")/..}/tests/mboxes.sh"
. "$top_srcdir/tests/lab.sh"
lab_user "$@"
needs dovecot procmail formail maildrop mutt mbsync strace

mkdir -p "$work/server/mail" "$work/spool" "$work/local"
m=$work/server/mail
spool=$work/spool/me
export lab_mail_location="mbox:$m:INBOX=$spool"
lab_dovecot
append "$m/box"
imap 'CREATE other' 'SELECT box' 'FETCH 1 (FLAGS)' 'SELECT INBOX'
lda() { # MAILBOX
	message | HOME=$work/server USER=lab /usr/lib/dovecot/dovecot-lda -c "$work/dovecot.conf" \
		-o "mail_location=$lab_mail_location" -o lda_mailbox_autocreate=yes -m "$1" >"$work/lda.out" 2>&1 ||
		note "$(cat "$work/lda.out")"
}

# --- deliveries ---
watch -m "$m" -i "$spool"
lda box
says "Dovecot's LDA delivers" box
lda INBOX
says "to INBOX" INBOX
lda fresh
says "to a new mailbox" fresh
deliver_procmail() { message | HOME=$work/server procmail "DEFAULT=$1" "$work/procmailrc"; }
cat >"$work/procmailrc" <<CONF
MAILDIR=$m
:0:
\$DEFAULT
CONF
chmod 600 "$work/procmailrc"
deliver_procmail "$m/box"
says "procmail delivers" box
deliver_procmail "$spool"
says "to INBOX" INBOX
message | formail -s procmail "DEFAULT=$m/other" "$work/procmailrc"
says "formail and procmail deliver" other
printf 'to "%s/box"\n' "$m" >"$work/mailfilter"
chmod 600 "$work/mailfilter"
message | HOME=$work/server maildrop "$work/mailfilter"
says "maildrop delivers" box

# --- IMAP ---
imap 'SELECT box' 'FETCH 1:* (FLAGS)'
settle
imap 'SELECT box' 'FETCH 1:* (FLAGS)' 'SELECT other' 'EXAMINE box' 'STATUS box (MESSAGES)'
settle # other's first SELECT
imap 'SELECT box' 'FETCH 1:* (BODY.PEEK[])' 'NOOP' 'SELECT other' 'LIST "" *'
is_quiet "SELECT with nothing new, reading, LIST"
imap 'SELECT box' 'STORE 1 +FLAGS (\Seen)'
says "a flag is stored" box
imap 'SELECT box' 'STORE 1 -FLAGS (\Seen)'
says "and taken away" box
imap 'SELECT box' 'STORE 1 +FLAGS (\Deleted)' EXPUNGE
says "expunged" box
imap 'SELECT box' 'COPY 1 other'
says "copied to another" other
imap 'CREATE made/deep'
says "a mailbox is made" made/deep
imap 'DELETE made/deep'
says "and deleted: all" ""
imap 'CREATE old'
says "another" old
imap 'RENAME old renamed'
says "and renamed: all, and the new name" "" renamed

# --- mutt ---
cat >"$work/muttrc" <<CONF
set folder=$m spoolfile=$m/box sleep_time=0 move=no confirmappend=no delete=yes quit=yes
set header_cache= record= mbox_type=mbox tmpdir=$work mark_old=no
CONF
mutt_does() { # MAILBOX KEYS: ended by the keys, on a terminal of its own
	timeout 60 python3 "$top_srcdir/tests/terminal.py" env TERM=xterm HOME="$work/server" mutt -n -F "$work/muttrc" \
		-e "push '$2'" -f "$1" >"$work/mutt.out" 2>&1 </dev/null || note "mutt: $(tail -c 300 "$work/mutt.out" | cat -v)"
}
mutt_does "$m/box" '<exit>'
is_quiet "mutt opens and leaves"
mutt_does "$m/box" '<display-message><exit><exit>'
is_quiet "mutt reads, and leaves without saving"
mutt_does "$m/box" '<flag-message><sync-mailbox><exit>'
says "mutt sets a flag" box
mutt_does "$m/box" '<save-message>=saved<enter><enter><exit>'
says "mutt saves a copy to a new mailbox" saved
mutt_does "$m/box" '<copy-message>=saved<enter><exit>'
says "and to one that is there" saved
mutt_does "$m/box" '<delete-message><sync-mailbox><exit>'
says "mutt deletes a message" box

# --- who only looks ---
for _ in 1 2 3; do
	stat "$m/box" "$spool" >/dev/null
	grep -c '^From ' "$m/box" "$spool" >/dev/null
done
is_quiet "a mail checker's stat and read"
unwatch

# --- mbsync ---
mbsync_configure < <(imap_store 127.0.0.1)
mailbox_make local INBOX
mbs() {
	HOME=$work/local timeout 60 mbsync -q -c "$work/mbsyncrc" "$@" >"$work/mbsync.out" 2>&1 ||
		note "$(cat "$work/mbsync.out")"
}
mbs lab
mbs lab
watch -m "$m" -i "$spool"
mbs lab
is_quiet "mbsync with nothing to do"
lda box
says "a delivery" box
mbs lab:box
says "and what its pull makes the server write, without --no-echo" box
unwatch
watch -m "$m" -i "$spool" -e
lda box
says "--no-echo: the first change is told" box
mbs lab:box
lda INBOX
says "--no-echo: what the pull writes is not" INBOX
mbs lab:INBOX
is_quiet "--no-echo: in INBOX neither"
imap 'SELECT box' 'STORE 1 +FLAGS (\Seen)'
says "--no-echo: a flag is" box
imap 'SELECT box' 'STORE 1 -FLAGS (\Seen)'
says "--no-echo: a flag that goes too" box
imap 'SELECT box' 'STORE 1 +FLAGS (keyword)'
says "--no-echo: and a keyword" box
unwatch

# --- others' mail ---
strace_watcher() {
	: >"$lines"
	seen=0
	start strace -f -o "$work/trace" watch_mboxes -m "$m" -i "$spool" -p 1h >>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1
	seen=1
}
others_come_and_go() { # what the watcher did meanwhile
	local before i
	nap 0.3
	before=$(stat -c %s "$work/trace")
	for i in {1..5}; do
		message | procmail "DEFAULT=$work/spool/other$i" "$work/procmailrc"
		append "$work/spool/other$i"
		: >"$spool.lock" && rm "$spool.lock"
		stat "$spool" >/dev/null
	done
	tail -c +$((before + 1)) "$work/trace" >"$work/woken"
}
others_are_silent() { # WHAT: file systems that are mounted somewhere may wake it at times
	for _ in {1..5}; do
		others_come_and_go
		[[ -s $work/woken ]] || break
	done
	is "$1" "$(cat "$work/woken")" ""
	is "$1: no line" "$(line_count)" "$seen"
}
if strace -o "$work/trace" true 2>/dev/null; then
	strace_watcher
	lda INBOX
	says "under strace, INBOX is told" INBOX
	others_are_silent "others' mail in the spool wakes nobody"
	ln -s "$spool" "$m/inbox"
	says "a link to INBOX" inbox
	rm "$spool"
	says "INBOX goes: all, as the link is one too" "" INBOX
	lda INBOX
	wait_until 30 line_since INBOX
	nap 0.3
	seen=$(line_count)
	others_are_silent "nor once INBOX has gone and come"
	unwatch
fi
tap_done
