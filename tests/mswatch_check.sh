#!/bin/bash
# What mswatch says of programs that it can't run.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

set_line() { # KEYWORD ARGUMENTS: instead of the stage's
	local mark=$'\x01'
	sed -i "s$mark^$1 .*$mark$1 ${2//&/\\&}$mark" "$conf"
}

# --- programs that can't be run ---
printf '#!%s\n' /nowhere/python >"$work/lost"
printf '#!/bin/sh\r\n' >"$work/windows"
: >"$work/plain"
chmod +x "$work/lost" "$work/windows"
mkdir "$work/first" "$work/last"
cp "$work/lost" "$work/last/in_path"

# told WHO PROGRAM PATTERN: what mswatch says of a program that it can't run
told() {
	local before=
	stage_config
	case $1 in
	watcher) sed -i "s|watch $work/watch_two|watch $2|" "$conf"; before='two: watcher ' ;;
	syncer) set_line sync "$2" ;;
	hook) echo "on_success $2" >>"$conf"; before='on_success: ' ;;
	esac
	PATH="$work/last:$PATH" stage_start
	ok "$1: $3" until_line err "${before}could not be started: $3"
	stage_stop
}
for who in watcher syncer hook; do
	told $who no-such-program "no-such-program: not found in PATH \($work/last:/.*\)"
	told $who "$work/none" "$work/none: No such file or directory"
	told $who "$work/plain" "$work/plain: is not executable"
	told $who "$work/first" "$work/first: is a directory"
	told $who "$work/lost" "$work/lost: is a script whose interpreter, /nowhere/python, can't be run"
done
told watcher in_path "in_path: $work/last/in_path is a script whose interpreter, /nowhere/python,"
told syncer "$work/windows" "$work/windows: is a script whose interpreter, /bin/sh, .*carriage return"
for program in inputkill socketwatch; do
	# refused COMMAND PATTERN: what the program says, with a standard input that stays open
	refused() {
		timeout 30 env -u MAKEFLAGS "PATH=$top_builddir/$program:/usr/bin:/bin" "$program" "$1" \
			2>"$work/err" <&"$tap_nap_fd"
		contains "$program: $2" "$work/err" "^$program: $2"
	}
	refused no-such-program "no-such-program: not found in PATH \(.*:/usr/bin:/bin\)$"
	refused "$work/none" "$work/none: No such file or directory$"
	refused "$work/plain" "$work/plain: is not executable"
	refused "$work/lost" "$work/lost: is a script whose interpreter, /nowhere/python, can't be run"
done

tap_done
