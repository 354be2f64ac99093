#!/bin/bash
# What holds for each program: its manual is complete, it is hardened, it needs libc alone.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs mandoc readelf

options() { grep -oE -- '(^|[ ,[])-(-[a-z][a-z-]+|[a-zA-Z?])\>?' "$1" | tr -d ' ,[' | sort -u; }
for program in mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch; do
	"$program" --help >"$work/help"
	mandoc -Tascii -Owidth=200 "$top_srcdir/man/$program.1" | sed 's/.\x08//g' >"$work/manual"
	is "$program.1 is clean" "$(mandoc -Tlint -W warning "$top_srcdir/man/$program.1" 2>&1)" ""
	is "$program.1 tells the options that --help lists" \
		"$(sed -n '/options are:/,/^[A-Z]/p' "$work/manual" | grep -E '^ +-' >"$work/told"; options "$work/told")" \
		"$(options "$work/help")"
	for section in SYNOPSIS DESCRIPTION 'EXIT STATUS' EXAMPLES 'SEE ALSO'; do
		contains "$program.1 has $section" "$work/manual" "^$section\$"
	done

	file=$(command -v "$program")
	readelf -Wld "$file" >"$work/elf"
	contains "$program is position-independent" "$work/elf" 'FLAGS_1.*PIE'
	contains "$program has its relocations read-only" "$work/elf" 'GNU_RELRO'
	contains "all of them, from the start" "$work/elf" 'FLAGS_1.*NOW'
	lacks "$program has no executable stack" "$work/elf" 'GNU_STACK.*E'
	readelf -Ws "$file" >"$work/symbols"
	grep -q fsanitize "$top_builddir/config.status" && continue
	contains "$program guards its stack" "$work/symbols" '__stack_chk_fail'
	grep -q '^S\["CFLAGS"\].* -O[1-9s]' "$top_builddir/config.status" &&	# needs the optimizer
		contains "$program checks what libc copies" "$work/symbols" 'UND .*_chk@GLIBC'
	is "$program needs libc alone" "$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$work/elf" | grep -v '^ld-linux')" libc.so.6
done

# --- the configuration: mswatchrc.5 ---
is "mswatchrc.5 is clean" "$(mandoc -Tlint -W warning "$top_srcdir/man/mswatchrc.5" 2>&1)" ""
printf 'sync s\nstore a {\nwatch w\n}\n' >"$work/rc"
mswatch -t -c "$work/rc" >"$work/settings"
mandoc -Tascii -Owidth=200 "$top_srcdir/man/mswatchrc.5" | sed 's/.\x08//g' >"$work/manual"
for section in DESCRIPTION SETTINGS FILES EXAMPLES 'SEE ALSO'; do
	contains "mswatchrc.5 has $section" "$work/manual" "^$section\$"
done
# entry SETTING: what the manual says of it, in one line
entry() { sed -n "/^ \{1,13\}$1 [^ ]/,/^ \{0,12\}[^ ]/p" "$work/manual" | tr -s ' \n' ' '; }
while read -r setting value; do
	ok "mswatchrc.5 has $setting" test -n "$(entry "$setting")"
	[[ $value =~ ^[0-9]+$ ]] || continue
	contains "with its default, $value" <(entry "$setting") "Default: ${value}[.,]"
done < <(sed -nE 's/^(# no |\t)?([a-z_]+)( .*|$)/\2\3/p' "$work/settings" | grep -v '^s$')
tap_done
