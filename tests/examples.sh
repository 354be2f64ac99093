#!/bin/bash
# What stands in examples/ is right, and `make install` puts everything in place.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

sample=$top_srcdir/examples/mswatchrc.sample
mkdir -p "$work/home"
cat >"$work/home/.mbsyncrc" <<'RC'
IMAPStore server
Host mail.example.org

MaildirStore local
Inbox ~/Maildir
SubFolders Maildir++

Channel work
Far :server:
Near :local:
Patterns *
RC
understood() { # FILE: its settings, without its name
	HOME=$work/home mswatch -t -c "$1" >"$work/settings" 2>"$work/warnings" || return
	sed '1,/^base_delay/ { /^#/d; }' "$work/settings"
}
understood "$sample" >"$work/plain"
is "the sample is accepted" $? 0
is "without warnings, but for programs that are not installed" "$(grep -v 'not found in PATH' "$work/warnings")" ""

# Settings that are commented out show their defaults.
sed -E 's/^#((max_delay|poll_period|resume_after|hook_timeout|max_pending) )/\1/' "$sample" >"$work/defaults"
ok "it shows defaults" not cmp -s "$sample" "$work/defaults"
understood "$work/defaults" >"$work/shown"
ok "they are the defaults" diff "$work/plain" "$work/shown"

sed -E 's/^(\t*)#([a-z_]+( |$))/\1\2/' "$sample" >"$work/all"
understood "$work/all" >"$work/everything"
is "everything in it is accepted when it is no comment" $? 0
is "without such warnings as well" "$(grep -v 'not found in PATH' "$work/warnings")" ""
for setting in base_delay inter_delay max_delay poll_period ignore sync channel side store watch \
	heartbeat remote resume_after on_success on_failure hook_timeout unspeakable max_pending; do
	contains "it shows $setting" "$work/all" "^	?$setting( |\$)"
done
contains "it says what other syncers need" "$sample" '^#.*mailbox_prefix PREFIX'
for page in "$sample" "$top_srcdir"/man/{mswatchrc.5,inputkill.1}; do
	contains "$(basename "$page"): ssh has a connection of its own" "$page" '^	watch ssh -S none '
	lacks "$(basename "$page"): no other ssh" "$page" '^	watch ssh ([^-]|-[^S])'
done
ok "no ssh -n" not grep -Eq '^[^#]*ssh .*-n ' "$sample"

# watch_maildirs accepts each line that the sample recommends.
mkdir -p "$work/home/Maildir"/{cur,new,tmp} "$work/home/Mail/INBOX"/{cur,new,tmp} "$work/home/Mail"/{cur,new,tmp}
printf '%s\n' "MaildirStore near" "SubFolders Verbatim" "Path ~/Mail/" "Inbox ~/Mail/INBOX" >"$work/home/.mbsyncrc"
mapfile -t lines < <(sed -n 's/^#.*watch_maildirs \(-.*\)/\1/p' "$sample")
ok "there are lines for other layouts" test ${#lines[@]} -ge 5
for line in "${lines[@]}"; do
	read -ra arguments <<<"${line//\~/$work/home}"
	start env -u MAILDIR HOME="$work/home" watch_maildirs "${arguments[@]}" >"$work/out" 2>"$work/err"
	ready() { [[ -s $work/out ]] || ! alive "$started"; }
	wait_until 60 ready
	is "watch_maildirs $line" "$(head -c 1 "$work/out" | od -An -c | tr -d ' ')$(grep -v INBOX "$work/err")" '\n'
	end_pid "$started"
done

# So does watch_mboxes.
mkdir -p "$work/home/mail"
: >"$work/home/mail/box"
: >"$work/home/Mail/box"
mapfile -t lines < <(sed -n 's/^#.*watch_mboxes \(-.*\)/\1/p' "$sample")
ok "there are lines for mboxes" test ${#lines[@]} -ge 3
for line in "${lines[@]}"; do
	# no mail of this machine's
	line=${line//\/var\/mail/$work/home}
	read -ra arguments <<<"${line//\~/$work/home}"
	rm -rf "$work/home/Mail/cur"
	: >"$work/out"
	start env MAIL="$work/home/spool" HOME="$work/home" watch_mboxes "${arguments[@]}" >"$work/out" 2>"$work/err"
	wait_until 60 ready
	is "watch_mboxes $line" "$(head -c 1 "$work/out" | od -An -c | tr -d ' ')$(grep -v 'a Maildir among' "$work/err")" '\n'
	end_pid "$started"
done

# --- installation ---
env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$top_builddir" install DESTDIR="$work/root" \
	prefix=/usr sysconfdir=/etc >"$work/install" 2>&1
is "make install DESTDIR=" $? 0
for program in mswatch watch_maildirs watch_mboxes inputkill socketwatch; do
	for file in "bin/$program" "share/man/man1/$program.1" "share/bash-completion/completions/$program" \
		"share/zsh/site-functions/_$program" "share/fish/vendor_completions.d/$program.fish"; do
		ok "$file" test -s "$work/root/usr/$file"
	done
done
ok "share/man/man5/mswatchrc.5" test -s "$work/root/usr/share/man/man5/mswatchrc.5"
for file in README NEWS INTERFACES examples/mswatchrc.sample examples/mswatch.desktop; do
	ok "$file" test -s "$work/root/usr/share/doc/mswatch/$file"
done
ok "a syncer that can be run" test -x "$work/root/usr/share/doc/mswatch/examples/offlineimap_changed"

# --- the units ---
needs systemd-analyze
mkdir -m 700 "$work/run"
mkdir "$work/units"
units=$(find "$work/root" -name mswatch.service -printf %h)
XDG_RUNTIME_DIR=$work/run systemd-analyze --user unit-paths >"$work/paths" 2>&1
contains "the units are where systemd looks" "$work/paths" "^${units#"$work/root"}\$"
for unit in mswatch.service mswatch@.service; do
	contains "$unit starts the installed mswatch" "$units/$unit" \
		'^ExecStart=/.*/bin/mswatch( -c %E/mswatch/%i)?$'
	sed -E "s,^(Exec[A-Z][a-z]*)=.*/bin,\\1=$work/root/usr/bin," "$units/$unit" >"$work/units/$unit"
	XDG_RUNTIME_DIR=$work/run systemd-analyze --user --man=no verify "$work/units/$unit" >"$work/verify" 2>&1
	is "systemd accepts $unit" "$?$(cat "$work/verify")" 0
done
tap_done
