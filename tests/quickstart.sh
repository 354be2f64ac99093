#!/bin/bash
# ./quickstart, in a source tree whose configure takes no time and whose packages cost nothing.
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
needs make
# shellcheck disable=SC2016 # for the copy
check='to_check=("$cmocka=libcmocka-dev")'
unset CC CFLAGS MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES TESTS
unset QUICKSTART_BUILD QUICKSTART_CONFIGURE QUICKSTART_RECHECK QUICKSTART_NEEDS
tree=$work/tree
cmocka=$work/cmocka.h
mkdir -p "$tree" "$work/bin"
# The only package that is ever missing is cmocka's, and nothing of the system is touched.
sed -e "s|^cmocka=.*|cmocka=$cmocka|" -e 's|^to_show=.*|to_show=()|' -e 's|^to_build=.*|to_build=(make=make)|' \
	-e "/^to_check=/,/)\$/c $check" \
	-e "s|policy=/usr/sbin/|policy=$work/|" "$top_srcdir/quickstart" >"$tree/quickstart"
for line in "cmocka=$cmocka" "$check" "policy=$work/policy-rc.d"; do
	contains "the copy has its own ${line%%=*}" "$tree/quickstart" "^[^=]*${line//[\$()]/.}"
done
cat >"$work/bin/apt-get" <<SCRIPT
#!/bin/bash
echo "apt-get \$*" >>"$work/calls"
[[ \$* != *install*libcmocka-dev* ]] || touch "$cmocka"
SCRIPT
cat >"$work/bin/sudo" <<'SCRIPT'
#!/bin/bash
[[ $1 == -n ]] && shift
exec "$@"
SCRIPT
touch "$tree/configure.ac" "$tree/Makefile.am" "$tree/Makefile.in"
cat >"$tree/configure" <<SCRIPT
#!/bin/bash
unit=; [[ ! -e $cmocka ]] || unit=unit.trs
echo "configure unit=\$unit" >>"$work/calls"
touch config.status
printf 'all clean:\n\ncheck: script.trs %s\n%%.trs:\n\techo ":test-result: PASS" >\$@\n' "\$unit" >Makefile
SCRIPT
chmod +x "$work/bin"/* "$tree/configure"
PATH=$work/bin:$PATH
quickstart() { bash "$tree/quickstart" "$@" >"$work/out" 2>&1; }
configured() { grep -c '^configure' "$work/calls"; }

ok "it builds without cmocka" quickstart build
is "which is not installed for that" "$(<"$work/calls")" 'configure unit='
ok "and again" quickstart build
is "without configuring again" "$(configured)" 1
ok "check passes" quickstart check
contains "having installed cmocka" "$work/calls" '^apt-get .*install .*libcmocka-dev'
is "and configured again, with unit tests" "$(grep ^configure "$work/calls" | tail -n 1) $(configured)" \
	'configure unit=unit.trs 2'
is "which are counted" "$(tail -n 1 "$work/out")" '2 passed, 0 failed, 0 skipped'
ok "check passes once more" quickstart check
is "without configuring again" "$(configured)" 2
ok "nothing is left of the services' policy" not test -e "$work/policy-rc.d"
tap_done
