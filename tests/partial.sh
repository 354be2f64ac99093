#!/bin/bash
# A server needs two of the programs: ./configure with --disable-... for the others.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
unset CC CFLAGS LDFLAGS CPPFLAGS MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES TESTS DESTDIR
source=$(cd "$top_srcdir" && pwd)
mkdir "$work/build"
cd "$work/build" || exit 1
logged() {
	"$@" </dev/null >>"$work/log" 2>&1 && return
	note "$(tail -n 30 "$work/log")"
	return 1
}

ok "half of the suite is configured" logged "$source/configure" --prefix=/usr --disable-mswatch --disable-socketwatch \
	--disable-watch-mboxes --disable-watch-imap
ok "and built" logged make
ok "and installed" logged make install "DESTDIR=$work/root"
installed() { (cd "$work/root/usr" && find "$@" -type f | sort); }
is "these are the programs" "$(installed bin)" "bin/inputkill
bin/watch_maildirs"
is "with their manuals" "$(installed share/man)" "share/man/man1/inputkill.1
share/man/man1/watch_maildirs.1"
is "and completions" "$(installed share/bash-completion share/zsh share/fish)" \
	"share/bash-completion/completions/inputkill
share/bash-completion/completions/watch_maildirs
share/fish/vendor_completions.d/inputkill.fish
share/fish/vendor_completions.d/watch_maildirs.fish
share/zsh/site-functions/_inputkill
share/zsh/site-functions/_watch_maildirs"
ok "no examples for what is not there" not test -e "$work/root/usr/share/doc/mswatch/examples"
ok "no unit for what is not there" not test -e "$work/root/usr/lib/systemd" -o -e "$work/root/usr/share/systemd"
mkdir -p "$work/mail"/{cur,new}
is "they work" "$("$work/root/usr/bin/inputkill" "$work/root/usr/bin/watch_maildirs" -m "$work/mail" \
	< <(nap 0.5) | head -c 1 | od -An -c | tr -d ' ')" '\n'

# make check there: what the other programs are needed for is left out.
# shellcheck disable=SC2016 # for make
printf 'listed:\n\t@printf "%%s\\n" $(TESTS)\n' >"$work/listed.mk"
make -s -f Makefile -f "$work/listed.mk" listed >"$work/tests" 2>&1
contains "its tests are those of the programs" "$work/tests" 'tests/watch_maildirs.sh'
contains "all of them" "$work/tests" 'tests/inputkill.sh'
lacks "and of no others" "$work/tests" 'tests/(mswatch|socketwatch|mboxes|imap|e2e|net).*[.]sh'
ok "a tarball made there is whole" logged make -s distdir "distdir=$work/dist" "top_distdir=$work/dist"
is "with all tests" "$(cd "$work/dist/tests" && echo *.sh)" "$(cd "$source/tests" && echo *.sh)"
is "and all manuals" "$(cd "$work/dist/man" && echo *)" "$(cd "$source/man" && echo *)"
is "and all completions" "$(cd "$work/dist" && echo completions/*/*)" "$(cd "$source" && echo completions/*/*)"
is "and all examples" "$(cd "$work/dist/examples" && echo *)" "$(cd "$source/examples" && echo *)"
tap_done
