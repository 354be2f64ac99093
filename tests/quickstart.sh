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
	-e '/to_check+=/d' -e "s|policy=/usr/sbin/|policy=$work/|" "$top_srcdir/quickstart" >"$tree/quickstart"
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

# --- tests that fail, and flaky ones: $work/failures/NAME is how often NAME still fails ---
cat >"$tree/configure" <<SCRIPT
#!/bin/bash
touch config.status
printf 'TESTS = tests/unit/u tests/a.sh tests/b.sh tests/c.sh tests/d.sh\nall clean:\n\ncheck:\n\t@$work/suite \$(TESTS)\n' >Makefile
SCRIPT
cat >"$work/suite" <<SCRIPT
#!/bin/bash
mkdir -p tests/unit
result=0
for test; do
	echo "ran \$test"
	left=$work/failures/\${test##*/} outcome=PASS
	if [[ -s \$left ]]; then
		echo "\$((\$(<\$left) - 1))" | sed '/^0\$/d' >\$left.new && mv \$left.new \$left
		outcome=FAIL result=1
	fi
	printf ':test-result: PASS\n:test-result: %s\n' \$outcome >"\${test%.sh}.trs"
done
exit \$result
SCRIPT
chmod +x "$work/suite"
mkdir -p "$tree/tests" "$work/failures"
touch "$tree"/tests/{a,b,c,d}.sh
export QUICKSTART_RECHECK=yes
fails() { # TEST=TIMES...: then the test command; its status and last two lines
	local each
	for each; do echo "${each#*=}" >"$work/failures/${each%=*}"; done
	quickstart check
	echo "$? $(tail -n 2 "$work/out" | grep -E '^[0-9]+ (flaky|passed)' | paste -sd/)"
	rm -f "$work/failures"/*
}
is "all pass" "$(fails)" '0 10 passed, 0 failed, 0 skipped'
is "a script that fails once is flaky" "$(fails a.sh=1)" '0 1 flaky: tests/a.sh/10 passed, 0 failed, 0 skipped'
is "it alone was tried again" "$(grep -c '^ran' "$work/out")" 6
is "two may be" "$(fails a.sh=1 c.sh=1)" '0 2 flaky: tests/a.sh tests/c.sh/10 passed, 0 failed, 0 skipped'
is "three fail the run" "$(fails a.sh=1 b.sh=1 c.sh=1)" \
	'1 3 flaky: tests/a.sh tests/b.sh tests/c.sh/10 passed, 0 failed, 0 skipped'
is "one that fails twice has failed" "$(fails a.sh=1 b.sh=2)" '1 1 flaky: tests/a.sh/9 passed, 1 failed, 0 skipped'
is "a unit test that fails once has failed" "$(fails u=1)" '1 9 passed, 1 failed, 0 skipped'
is "and is not tried again" "$(grep -c '^ran' "$work/out")" 5
unset QUICKSTART_RECHECK
is "nothing is tried again unless asked for" "$(fails a.sh=1)" '1 9 passed, 1 failed, 0 skipped'
tap_done
