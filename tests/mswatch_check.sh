#!/bin/bash
# Which programs mswatch finds, what it says of those that it can't run, and what -t warns of.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"

set_line() { # KEYWORD ARGUMENTS: instead of the stage's
	local mark=$'\x01'
	sed -i "s$mark^$1 .*$mark$1 ${2//&/\\&}$mark" "$conf"
}
test_config() { # [LINE...]: warnings in $work/err, settings in $work/out, status in $status
	stage_config "$@"
	timeout 30 mswatch -t -c "$conf" >"$work/out" 2>"$work/err" </dev/null
	status=$?
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

# --- the programs beside mswatch ---
opt="$work/opt and/bin"
mkdir -p "$opt" "$work/home" "$work/mail"/{cur,new,tmp}
for program in mswatch watch_maildirs watch_mboxes inputkill socketwatch; do
	cp "$(command -v $program)" "$opt/"
done
path_config() {
	stage_config
	# shellcheck disable=SC2016 # for that shell
	printf '#!/bin/bash\necho "$PATH" >>"%s/path"\nexec "%s/sync" "$@"\n' "$work" "$work" >"$work/tell_path"
	chmod +x "$work/tell_path"
	set_line sync "socketwatch $work/tell_path"
	sed -i "s|watch $work/watch_two|watch inputkill watch_maildirs -m $work/mail|" "$conf"
	rm -f "$work/path"
}
bare_start() { # ENV-ARGUMENTS... PROGRAM: with no other variables, as a service manager would
	path_config
	start env -i HOME="$work/home" "$@" -c "$conf" >"$work/out" 2>"$work/err"
	mswatch=$started
}
found() { # NAME PATH: all programs were found, and this is where the syncer looks
	ok "$1: watchers are found" until_line out 'Watching mailstores'
	ok "$1: so is the syncer" until_line runs '^end 0'
	is "$1: PATH" "$(head -n 1 "$work/path")" "$2"
	stage_stop
}
bare_start PATH=/usr/bin:/bin "$opt/mswatch"
found "a bare PATH" "/usr/bin:/bin:$opt"
bare_start "$opt/mswatch"
found "no PATH" "/bin:/usr/bin:$opt"
bare_start "PATH=$opt/:/usr/bin:/bin" mswatch
found "a PATH that has it" "$opt/:/usr/bin:/bin"
ln -s "$opt/mswatch" "$work/home/mswatch"
bare_start "PATH=$work/home:/usr/bin:/bin" mswatch
found "a link to mswatch" "$work/home:/usr/bin:/bin:$opt"
command=$(sed -n 's/^ExecStart=//p' "$top_builddir/examples/mswatch.service")
bare_start PATH=/usr/local/bin:/usr/bin:/bin "${command/#*\/bin/$opt}"
found "the systemd unit's command" "/usr/local/bin:/usr/bin:/bin:$opt"
# shellcheck disable=SC2016 # for that shell
bare_start PATH=/usr/bin:/bin bash -c 'cp "$0" "$0.old" && exec 5<"$0.old" && rm "$0.old" && exec -a mswatch /proc/self/fd/5 "$@"' \
	"$opt/mswatch"
found "a file that was replaced" "/usr/bin:/bin:$opt"
mkdir "$work/a:b"
cp "$opt/mswatch" "$work/a:b/"
bare_start "PATH=$opt:/usr/bin:/bin" "$work/a:b/mswatch"
found "a directory that can't be in PATH" "$opt:/usr/bin:/bin"
path_config
env -i PATH=/usr/bin:/bin "$opt/mswatch" -t -c "$conf" >"$work/out" 2>"$work/err"
is "-t finds them as well" "$?$(cat "$work/err")" 0

# --- -t: warnings ---
test_config
is "a configuration without faults has no warnings" "$status$(cat "$work/err")" 0
warned() { # NAME PATTERN: the configuration is accepted, printed, and there is one such warning
	is "$1: accepted" "$status" 0
	is "$1: one warning" "$(grep -Ec -e "$2" "$work/err") of $(wc -l <"$work/err")" "1 of 1"
	contains "$1: and printed" "$work/out" '^sync '
}
# shellcheck disable=SC2016,SC2088 # no shell expands them
for word in '~' '~/x' '$HOME/x' '"$HOME/x"' "'x" '|' '>' '>>log' '2>&1' '<' '&' 'x&' '*' 'lists/*'; do
	test_config
	set_line sync "$work/sync $word"
	timeout 30 mswatch -t -c "$conf" >"$work/out" 2>"$work/err"
	status=$?
	warned "$word" "^mswatch: $conf:4: sync: "
done
# shellcheck disable=SC2016
test_config 'ignore x* ~a $b' "inter_delay 5 'c d' *x" "on_success sh -c \"exec ~/x | y >z &\" ~ \$1" \
	'store r { watch ssh -p 22 -o BatchMode=yes -i ~/.ssh/key host ~/bin/w * | $HOME >x }' \
	"store s { watch inputkill watch_maildirs -x * -x lists/* -m $work/mail }"
command -v ssh >/dev/null || sed -i '/ ssh: not found/d' "$work/err"
is "what is right is not warned of" "$status$(cat "$work/err")" 0
test_config "on_failure no-such-program x"
warned "a program that is not there" "^mswatch: $conf:7: on_failure: no-such-program: not found in PATH \(/"
test_config 'store three {' "watch inputkill watch_mailders -x" '}'
warned "one behind inputkill" "^mswatch: $conf:8: watch: watch_mailders: not found in PATH \(/"
test_config "on_success $work/lost"
warned "a hook whose interpreter is not there" "^mswatch: $conf:7: on_success: $work/lost: is a script whose interpreter"
test_config "store three { watch $work/watch_one }"
warned "one command in two stores" "^mswatch: $conf:7: watch: stores one and three have the same command, see line 5: "
stage_start
until_started
stage_stop
lacks "a normal start does not warn" "$work/err" 'same command'

# --- -t: the file ---
for mode in 660 606; do
	stage_config
	chmod $mode "$conf"
	timeout 30 mswatch -t -c "$conf" >"$work/out" 2>"$work/err"
	status=$?
	warned "mode $mode" "^mswatch: $conf: others can write to it"
done
chmod 644 "$conf"
if ((EUID == 0)); then
	chown 65534 "$conf"
	timeout 30 mswatch -t -c "$conf" >"$work/out" 2>"$work/err"
	status=$?
	warned "another user's file" "^mswatch: $conf: others can write to it"
	chown 0 "$conf"
fi
is "its name comes first" "$(head -n 1 "$work/out")" "# $conf"
timeout --foreground 30 mswatch -t -c /dev/stdin < <(cat "$conf") >"$work/out" 2>"$work/err"
is "a pipe's mode does not matter" "$?$(cat "$work/err")" 0
is "and it is named" "$(head -n 1 "$work/out")" "# /dev/stdin"
odd=$work/$'odd\nmax_pending 7\n\x1b'
cp "$conf" "$odd"
timeout 30 mswatch -t -c "$odd" >"$work/out" 2>"$work/err"
is "a name of several lines is one comment" "$(head -n 1 "$work/out")" "# $work/odd\\x0amax_pending 7\\x0a\\x1b"
lacks "and sets nothing" "$work/out" '^max_pending 7'

# --- -t: what it prints ---
# shellcheck disable=SC2016,SC1003
test_config 'on_success p "" "a b" "#" \\ "\"" { "}" x{ "sync" '\''q r'\'' * ~ $x | "trailing\\" caf\303\251' \
	'mailbox_prefix "store" "{"' 'unspeakable " \"#"' 'ignore "watch" "a #b" \\'
sed -i 's/ { "}"/ "{" "}"/' "$conf"
timeout 30 mswatch -t -c "$conf" >"$work/out" 2>"$work/err"
is "hard words are accepted" $? 0
timeout 30 mswatch -t -c "$work/out" >"$work/again" 2>"$work/err"
is "what is printed is accepted" $? 0
ok "and means the same" diff <(tail -n +2 "$work/out") <(tail -n +2 "$work/again")
contains "a single quote does not seem to enclose" "$work/out" "\"'q\" \"r'\""
tap_done
