#!/bin/bash
# mswatch's command line, its search for a configuration, and what it says of a bad one.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

run() { # CMD...: its status in $status
	timeout 30 "$@" >"$work/out" 2>"$work/err" </dev/null
	status=$?
}
bare() { # VARIABLE=VALUE... -- ARGS...: mswatch with these variables only
	local set=()
	while [[ $1 != -- ]]; do set+=("$1"); shift; done
	shift
	run env -i PATH="$PATH" LC_ALL=C "${set[@]}" mswatch "$@"
}
stage_config

# --- options ---
for option in -h '-?' --help; do
	bare -- "$option"
	is "$option succeeds without HOME" "$status" 0
	for word in --config --test-config --dry --quiet --verbose --version --help; do
		grep -q -e "$word" "$work/out" || fail "$option names $word"
	done
done
for option in -V --version; do
	bare -- "$option"
	is "$option succeeds" "$status" 0
	contains "$option prints name and version" "$work/out" '^mswatch [0-9]+\.[0-9]'
done
for arguments in -Z -qZ -Zq --nonsense; do
	run mswatch "$arguments"
	is "$arguments is refused" "$status" 1
	contains "$arguments is named" "$work/err" "^mswatch: $arguments: no such option"
done
run mswatch -c
is "-c without a file is refused" "$status" 1
contains "-c needs an argument" "$work/err" '^mswatch: -c: needs an argument'
run mswatch -t -c "$conf" extra
is "an operand is refused" "$status" 1
contains "the operand is named" "$work/err" '^mswatch: extra: unexpected argument'

# --- -t ---
run mswatch -t -c "$conf"
is "-t accepts a good configuration" "$status" 0
contains "-t prints it as understood" "$work/out" '^base_delay 0.1'
is "behind the file's name" "$(head -n 1 "$work/out")" "# $conf"
cp "$work/out" "$work/understood"
run mswatch --test-config "--config=$work/understood"
ok "what -t prints means the same" cmp -s <(tail -n +2 "$work/out") <(tail -n +2 "$work/understood")
mswatch -t -c "$conf" >/dev/full 2>"$work/err"
is "-t on a full disk fails" $? 1
contains "-t on a full disk says so" "$work/err" 'No space left'
mswatch --help >/dev/full 2>"$work/err"
is "--help on a full disk fails" $? 1

# --- where the configuration is looked for ---
mkdir -p "$work/home/.config/mswatch" "$work/xdg/mswatch"
sed 's/^base_delay.*/base_delay 7/' "$conf" >"$work/xdg/mswatch/mswatchrc"
sed 's/^base_delay.*/base_delay 8/' "$conf" >"$work/home/.config/mswatch/mswatchrc"
bare HOME="$work/home" XDG_CONFIG_HOME="$work/xdg" -- -t
contains "XDG_CONFIG_HOME is where it is looked for" "$work/out" '^base_delay 7'
bare HOME="$work/home" -- -t
contains "without it, ~/.config" "$work/out" '^base_delay 8'
bare XDG_CONFIG_HOME="$work/xdg" -- -t
is "no HOME is needed then" "$status" 0
cp "$conf" "$work/home/.mswatchrc"
bare HOME="$work/home" XDG_CONFIG_HOME="$work/xdg" -- -t
contains ".mswatchrc at home goes before" "$work/out" '^base_delay 0.1'
bare -- -t
is "no HOME and no -c is an error of the configuration" "$status" 78
contains "and is told" "$work/err" '^mswatch: HOME is not set'
bare -- -t -c "$conf"
is "no HOME does not matter with -c" "$status" 0
bare HOME="$work/nowhere" -- -t
is "so is no configuration" "$status" 78
contains "which names the file" "$work/err" 'nowhere/.mswatchrc: No such file.*mswatchrc.sample tell what it holds$'
run mswatch -c "$conf/file"
is "and one that can't be reached" "$status" 78
contains "the hint is for one that is not there" "$work/err" '^mswatch: .*/file: Not a directory$'
cp "$conf" "$work/closed"
chmod 0 "$work/closed"
plain=()                                # root reads all files otherwise
((EUID)) || plain=(setpriv --bounding-set='-dac_override,-dac_read_search')
run "${plain[@]}" mswatch -t -c "$work/closed"
is "or read, with -t as well" "$status" 78
contains "which is told" "$work/err" '^mswatch: .*/closed: Permission denied$'
run mswatch -c "$work"
is "a directory is no configuration" "$status" 78
run mswatch -c /dev/zero
is "nor is what has no end" "$status" 78
contains "which is told" "$work/err" '^mswatch: /dev/zero: larger than'

# --- errors ---
printf '%s\n' 'base_delay abc' 'nonsense 1' 'store one { watch' '}' 'max_delay 1 2' >"$work/bad"
run mswatch -c "$work/bad"
is "a bad configuration is refused" "$status" 78
contains "its first error is told" "$work/err" "^mswatch: $work/bad:1: .*abc"
contains "its second too" "$work/err" "^mswatch: $work/bad:2: .*nonsense"
contains "and its last" "$work/err" "^mswatch: $work/bad:5: "
contains "and what is missing" "$work/err" "sync"
run mswatch -t -c "$work/bad"
is "-t refuses it with the same status" "$status" 78

# --- verbosity ---
rm -f "$work/bad"
stage_start -d
until_line out 'would sync all mailboxes'
stage_stop
is "-d ends with 0" "$status" 0
contains "-d says what it would run" "$work/out" "^${stamp}\+ $work/sync ''\$"
ok "-d runs nothing" not test -s "$work/runs"
stage_config
stage_start -q
until_started
wait_until "$bound" is_quiet
stage_stop
ok "-q prints nothing when all is well" not test -s "$work/out"
ok "nor on stderr" not test -s "$work/err"
stage_config
stage_start -v
until_started
change one A
ok "-v tells each change" until_line out "^${stamp}one: changed: A"
stage_stop
tap_done
