#!/bin/bash
# HACKING names what is there, and all that is there.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
cd "$top_srcdir" || exit 1
hacking=HACKING

# --- files: whatever has a slash inside ---
mapfile -t paths < <(grep -oE '\.?[a-z_]+/[A-Za-z0-9_./]*[A-Za-z0-9_]' $hacking | grep -v NAME | sort -u)
ok "it names files" test ${#paths[@]} -gt 50
missing=
for path in "${paths[@]}"; do
	[[ -e $path || -e $path.c ]] || missing+=" $path"
done
is "each file that it names is there" "$missing" ""

# --- functions ---
mapfile -t functions < <(grep -oE '\b[a-z_]+\(\)' $hacking | tr -d '()' | grep -vx noun_verb | sort -u)
ok "it names functions" test ${#functions[@]} -gt 20
missing=
for function in "${functions[@]}"; do
	grep -rqE "\b$function\(" --include=*.c lib mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch || missing+=" $function"
done
is "each function that it names is there" "$missing" ""
# "FUNCTION() FILE" on a line: it is defined in that file
wrong=$(sed -nE 's/^ +([a-z_]+)\(\) +([a-z_]+\/[a-z_/]+\.c) .*/\1 \2/p' $hacking | while read -r function file; do
	grep -qE "^(HOT )?[a-z].*\b$function\(" "$file" || echo "$function in $file"
done)
is "and in the file that stands beside it" "$wrong" ""

# --- modules ---
map=$(sed -n '/^1\. /,/^2\. /p' $hacking)
unnamed=$(find lib mswatch watch_maildirs watch_mboxes watch_imap inputkill socketwatch -name '*.c' | while read -r file; do
	module=${file##*/} module=${module%.c}
	[[ $map =~ (^|[^a-z_])$module([^a-z_]|$) ]] || echo "$file"
done)
is "each module stands in the map" "$unnamed" ""
for target in fuzz coverage bench soak faults analyze; do
	contains "make $target" Makefile.am "^$target:"
done
tap_done
