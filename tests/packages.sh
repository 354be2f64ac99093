#!/bin/bash
# The Debian packages: built twice, judged by lintian, installed in a directory tree of their own;
# and debian/tests with them, on a copy of this machine.  PACKAGES_AUTOPKGTEST=yes: by autopkgtest
# itself, which takes minutes.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs dpkg-buildpackage dh lintian autoreconf
unset CC CFLAGS LDFLAGS CPPFLAGS MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES TESTS DESTDIR SOURCE_DATE_EPOCH
architecture=$(dpkg --print-architecture)
version=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$top_srcdir/debian/changelog")
release=mswatch-${version%-*}
tree=$work/tree

sources() { # DIRECTORY: what a release holds, with debian/
	mkdir -p "$1" && make -s -C "$top_builddir" distdir "distdir=$1/$release" "top_distdir=$1/$release" >/dev/null
}
build() { # DIRECTORY ARGUMENT: packages beside the sources
	cd "$1/$release" && DEB_BUILD_OPTIONS='nocheck parallel=1' dpkg-buildpackage -us -uc -d "$2" </dev/null >"$1/log" 2>&1
}
built() { # NAME DIRECTORY PID
	if wait "$3"; then pass "$1"; else fail "$1" "$(tail -n 40 "$2/log")"; fi
}
installed() { (cd "$tree" && find usr etc lib -type f -o -type l) 2>/dev/null | sed 's/\.gz$//' | sort; }
in_tree() { dpkg --root="$tree" --force-not-root --log="$work/dpkg.log" "$@" </dev/null >>"$work/out" 2>&1; }

# --- build ---
first=$work/first
second=$work/another/directory
ok "a release's sources hold the packaging" sources "$first"
mkdir -p "$second" && cp -R "$first/$release" "$second/"
tar -C "$first" --exclude "$release/debian" -czf "$first/mswatch_${version%-*}.orig.tar.gz" "$release"
build "$first" --build=full &
full=$!
(umask 027 && build "$second" --build=binary) &
binary=$!
built "source and binary packages are built" "$first" "$full"
built "binary packages are built elsewhere" "$second" "$binary"
((tap_failed == 0)) || tap_done
for package in mswatch watch-imap watch-maildirs watch-mboxes mswatch-dbgsym watch-imap-dbgsym watch-maildirs-dbgsym \
	watch-mboxes-dbgsym; do
	deb=${package}_${version}_$architecture.deb
	ok "two builds give the same $package" cmp "$first/$deb" "$second/$deb"
done

# --- lintian ---
changes=$first/mswatch_${version}_$architecture.changes
lintian --allow-root --fail-on error,warning "$changes" >"$work/lintian" 2>&1
is "lintian has no errors and no warnings" "$? $(grep -E '^[EW]:' "$work/lintian")" "0 "
lintian --allow-root --show-overrides "$changes" >"$work/lintian" 2>&1
ok "at most 5 tags are overridden" test "$(grep -c '^O:' "$work/lintian")" -le 5

# --- debian/tests, begun here: they wait most of the time ---
room=$work/room
aside() {
	env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "PACKAGES_AUTOPKGTEST=${PACKAGES_AUTOPKGTEST:-}" \
		"$top_srcdir/tests/aside.sh" "$room" "$@"
}
asides=
if ((EUID == 0)) && aside true >"$work/aside.log" 2>&1; then
	mapfile -t debs < <(find "$first" -name '*.deb' ! -name '*dbgsym*')
	aside "$first/$release/tests/installed.sh" "$first/$release" "$room/kept" "${debs[@]}" \
		</dev/null >>"$work/aside.log" 2>&1 &
	asides=$!
	tap_pids+=("$asides")
fi

# --- contents ---
for package in mswatch watch-imap watch-maildirs watch-mboxes; do
	deb=$first/${package}_${version}_$architecture.deb
	depends=$(dpkg-deb -f "$deb" Depends)
	is "$package depends on libc6 alone" "${depends%% (*}:${depends//[^,]/}" "libc6:"
	is "$package has no maintainer scripts" "$(dpkg-deb --ctrl-tarfile "$deb" | tar -t | sort | tr '\n' ' ')" \
		"./ ./control ./md5sums "
done

# --- installed ---
mkdir -p "$tree/var/lib/dpkg/info" "$tree/var/lib/dpkg/updates" "$tree/var/lib/dpkg/triggers"
dpkg-query -s libc6 >"$tree/var/lib/dpkg/status"
ok "watch-maildirs is installed without mswatch" in_tree -i "$first/watch-maildirs_${version}_$architecture.deb"
is "a server gets its two programs" "$(installed | grep -v /doc/)" "usr/bin/inputkill
usr/bin/watch_maildirs
usr/share/bash-completion/completions/inputkill
usr/share/bash-completion/completions/watch_maildirs
usr/share/fish/vendor_completions.d/inputkill.fish
usr/share/fish/vendor_completions.d/watch_maildirs.fish
usr/share/lintian/overrides/watch-maildirs
usr/share/man/man1/inputkill.1
usr/share/man/man1/watch_maildirs.1
usr/share/zsh/vendor-completions/_inputkill
usr/share/zsh/vendor-completions/_watch_maildirs"
ok "watch-mboxes is installed beside" in_tree -i "$first/watch-mboxes_${version}_$architecture.deb"
is "and brings one program" "$(installed | grep -v /doc/ | grep mboxes)" "usr/bin/watch_mboxes
usr/share/bash-completion/completions/watch_mboxes
usr/share/fish/vendor_completions.d/watch_mboxes.fish
usr/share/lintian/overrides/watch-mboxes
usr/share/man/man1/watch_mboxes.1
usr/share/zsh/vendor-completions/_watch_mboxes"
ok "so is watch-imap" in_tree -i "$first/watch-imap_${version}_$architecture.deb"
is "which brings one program, too" "$(installed | grep imap | grep -v /doc/)" "usr/bin/watch_imap
usr/share/bash-completion/completions/watch_imap
usr/share/fish/vendor_completions.d/watch_imap.fish
usr/share/lintian/overrides/watch-imap
usr/share/man/man1/watch_imap.1
usr/share/zsh/vendor-completions/_watch_imap"
ok "mswatch is installed" in_tree -i "$first/mswatch_${version}_$architecture.deb"
is "a client gets the rest, and nothing is enabled" "$(installed |
	grep -v -e watch-maildirs -e watch-imap -e inputkill -e watch_maildirs -e watch_imap -e mboxes)" \
	"usr/bin/mswatch
usr/bin/socketwatch
usr/lib/systemd/user/mswatch.service
usr/lib/systemd/user/mswatch@.service
usr/share/bash-completion/completions/mswatch
usr/share/bash-completion/completions/socketwatch
usr/share/doc/mswatch/INTERFACES
usr/share/doc/mswatch/README
usr/share/doc/mswatch/changelog
usr/share/doc/mswatch/changelog.Debian
usr/share/doc/mswatch/copyright
usr/share/doc/mswatch/examples/mswatch.desktop
usr/share/doc/mswatch/examples/mswatchrc.sample
usr/share/doc/mswatch/examples/offlineimap_changed
usr/share/fish/vendor_completions.d/mswatch.fish
usr/share/fish/vendor_completions.d/socketwatch.fish
usr/share/lintian/overrides/mswatch
usr/share/man/man1/mswatch.1
usr/share/man/man1/socketwatch.1
usr/share/man/man5/mswatchrc.5
usr/share/zsh/vendor-completions/_mswatch
usr/share/zsh/vendor-completions/_socketwatch"
contains "the user unit starts the package's program" "$tree/usr/lib/systemd/user/mswatch.service" \
	'^ExecStart=/usr/bin/mswatch$'
contains "the template too" "$tree/usr/lib/systemd/user/mswatch@.service" \
	'^ExecStart=/usr/bin/mswatch -c %E/mswatch/%i$'

# --- at work ---
PATH=$tree/usr/bin:/usr/sbin:/usr/bin:/sbin:/bin
for program in mswatch socketwatch inputkill watch_imap watch_maildirs watch_mboxes; do
	ok "the installed $program tells its version" grep -q "^$program.*${version%-*}" <("$program" --version)
done
mkdir -p "$work/mail/cur" "$work/mail/new" "$work/mail/tmp"
printf '#!/bin/sh\necho "$@" >>%s/synced\n' "'$work'" >"$work/syncer"
chmod +x "$work/syncer"
cat >"$work/rc" <<EOF
base_delay 0
inter_delay 0
mailbox_prefix chan :
sync socketwatch "$work/syncer"
store mail { watch inputkill watch_maildirs -m "$work/mail" }
EOF
touch "$work/synced"
start mswatch -c "$work/rc" >"$work/mswatch.log" 2>&1
ok "the installed programs work together" wait_until 30 grep -qx chan "$work/synced"
: >"$work/synced"
echo >"$work/mail/new/1.test"
ok "a delivery is synced" wait_until 30 grep -qx chan:INBOX "$work/synced"
end_pid "$started"

# --- what debian/tests say ---
[[ -z $asides ]] || wait "$asides" || note "$(cat "$work/aside.log" "$room/kept/log")"
mapfile -t names < <(sed -n 's/^Features: test-name=//p' "$first/$release/debian/tests/control")
for name in "${names[@]}"; do
	what="debian/tests: $name, with the packages installed"
	if [[ -z $asides ]]; then
		pass "$what # SKIP that takes root, and overlayfs"
	elif grep -qxF "$name" "$room/kept/passed"; then
		pass "$what"
	else
		fail "$what" "$(tail -n 30 "$room/kept/$name" "$room/kept/log" 2>/dev/null)"
	fi
done

ok "all are removed" in_tree -r mswatch watch-imap watch-maildirs watch-mboxes
is "nothing is left" "$(installed)" ""
tap_done
