#!/bin/bash
# What stands in examples/ is right, and `make install` puts everything in place.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"

sample=$top_srcdir/examples/mswatchrc.sample
understood() { # FILE: its settings, without its name
	mswatch -t -c "$1" >"$work/settings" 2>"$work/warnings" || return
	tail -n +2 "$work/settings"
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
for setting in base_delay inter_delay max_delay poll_period ignore sync mailbox_prefix store watch \
	heartbeat remote resume_after on_success on_failure hook_timeout unspeakable max_pending; do
	contains "it shows $setting" "$work/all" "^	?$setting( |\$)"
done
for page in "$sample" "$top_srcdir"/man/{mswatch,inputkill}.1; do
	contains "$(basename "$page"): ssh has a connection of its own" "$page" '^	watch ssh -S none '
	lacks "$(basename "$page"): no other ssh" "$page" '^	watch ssh ([^-]|-[^S])'
done
ok "no ssh -n" not grep -Eq '^[^#]*ssh .*-n ' "$sample"

# watch_maildirs accepts each line that the sample recommends.
mkdir -p "$work/home/Maildir"/{cur,new,tmp} "$work/home/Mail/INBOX"/{cur,new,tmp} "$work/home/Mail"/{cur,new,tmp}
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

# --- installation ---
env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C "$top_builddir" install DESTDIR="$work/root" \
	prefix=/usr sysconfdir=/etc >"$work/install" 2>&1
is "make install DESTDIR=" $? 0
for program in mswatch watch_maildirs inputkill socketwatch; do
	for file in "bin/$program" "share/man/man1/$program.1" "share/bash-completion/completions/$program"; do
		ok "$file" test -s "$work/root/usr/$file"
	done
done
for file in README NEWS INTERFACES examples/mswatchrc.sample examples/mswatch.desktop; do
	ok "$file" test -s "$work/root/usr/share/doc/mswatch/$file"
done
ok "a syncer that can be run" test -x "$work/root/usr/share/doc/mswatch/examples/offlineimap_changed"

needs systemd-analyze
unit=$work/root/usr/lib/systemd/user/mswatch.service
mkdir -m 700 "$work/run"
mkdir "$work/units"
contains "the unit starts the installed mswatch" "$unit" '^ExecStart=/.*/bin/mswatch$'
sed "s|^ExecStart=.*/bin|ExecStart=$work/root/usr/bin|" "$unit" >"$work/units/mswatch.service"
XDG_RUNTIME_DIR=$work/run systemd-analyze --user --man=no verify "$work/units/mswatch.service" >"$work/verify" 2>&1
is "systemd accepts the unit" "$?$(cat "$work/verify")" 0
tap_done
