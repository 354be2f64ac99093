#!/bin/bash
# mswatch as a service of a real `systemd --user`, in namespaces and a cgroup of the test's own.
# shellcheck source-path=SCRIPTDIR
. "${top_srcdir:-$(dirname "$0")/..}/tests/tap.sh"
. "$top_srcdir/tests/mswatch_stage.sh"
needs systemctl systemd-analyze unshare

# --- a place of its own: systemd wants a cgroup that it may divide ---
manager=/usr/lib/systemd/systemd
[[ -x $manager ]] || manager=/lib/systemd/systemd
remove_cgroup() {
	local status=$?
	[[ $BASHPID == "$$" ]] || return
	end_pid "$started"
	wait_until 10 remove_cgroups || note "left: $cgroup"
	(exit "$status")
	tap_clean
}
remove_cgroups() { find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null; }
if [[ -z ${SYSTEMD_INSIDE:-} ]]; then
	[[ -x $manager ]] || skip_all "no systemd here"
	cgroup=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/self/mounts)$(sed -n 's/^0:://p' /proc/self/cgroup)
	cgroup=${cgroup%/}/mswatch-test.$$
	mkdir "$cgroup" 2>"$work/cgroup.err" || skip_all "no cgroup of one's own: $(<"$work/cgroup.err")"
	started=
	trap remove_cgroup EXIT
	own=(unshare --mount --pid --fork --kill-child --mount-proc --cgroup)
	((EUID == 0)) || own+=(--user --map-root-user)
	# shellcheck disable=SC2016 # for the inner shell
	within=(bash -c 'echo $$ >"$1/cgroup.procs" && shift && exec "$@"' bash "$cgroup" "${own[@]}")
	"${within[@]}" mount -t cgroup2 none /sys/fs/cgroup 2>"$work/own.err" ||
		skip_all "no namespaces with a cgroup: $(<"$work/own.err")"
	start env SYSTEMD_INSIDE=1 "${within[@]}" bash "$0" "$@"
	wait "$started"
	exit
fi
if ! { mount -t cgroup2 none /sys/fs/cgroup && mount -t tmpfs none /run && mkdir -p /run/systemd/system; }; then
	echo "Bail out! no place for systemd"
	exit 1
fi
unset DBUS_SESSION_BUS_ADDRESS XDG_CONFIG_HOME XDG_DATA_HOME NOTIFY_SOCKET INVOCATION_ID MANAGERPID
chmod 700 "$XDG_RUNTIME_DIR"

# --- installed with the prefix ~/.local ---
unset CC CFLAGS LDFLAGS CPPFLAGS MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES TESTS DESTDIR
source=$(cd "$top_srcdir" && pwd)
mkdir -p "$work/build" "$HOME/.local/bin" "$HOME/.config/mswatch"
if ! (cd "$work/build" && "$source/configure" --prefix="$HOME/.local" &&
	make install-nodist_userunitDATA) </dev/null >"$work/install" 2>&1; then
	fail "the units are installed" "$(tail -n 20 "$work/install")"
	tap_done
fi
ln -s "$top_builddir/mswatch/mswatch" "$HOME/.local/bin/"
ok "the units go where systemd looks" test -s "$HOME/.local/share/systemd/user/mswatch.service"
# What a service says goes nowhere without a journal.  LeakSanitizer needs ptrace(2).
for unit in mswatch mswatch@; do
	mkdir -p "$HOME/.config/systemd/user/$unit.service.d"
	printf '[Service]\n%s\n' "Environment=ASAN_OPTIONS=detect_leaks=0" "StandardOutput=append:$work/out" \
		"StandardError=append:$work/err" RestartSec=0.1 >"$HOME/.config/systemd/user/$unit.service.d/test.conf"
done

start "$manager" --user --unit=basic.target </dev/null >"$work/systemd.log" 2>&1
control() { timeout 60 systemctl --user --no-pager "$@" </dev/null; }
answers() { control list-units >"$work/control" 2>&1; }
if ! wait_until 60 answers; then
	note "$(tail -n 20 "$work/systemd.log" "$work/control")"
	echo "Bail out! systemd --user does not start"
	exit 1
fi
note "$("$manager" --version | head -n 1)"
state() { control show -P ActiveState "$1"; }
is_state() { [[ $(state "$1") == "$2" ]]; }
shown() { control show -P "$1" mswatch; }
status_says() { control status "${2:-mswatch}" >"$work/status"; grep -Eq "Status: \"$1\"" "$work/status"; }
failed_for_good() { # WHAT STATUS: the start just asked for did, and no other follows
	is "$1: the start fails" "$control_status" 1
	is "$1: with status $2" "$(shown Result) $(shown ExecMainStatus)" "exit-code $2"
	is "$1: it is not started again" "$(shown ActiveState) $(shown SubState) $(shown NRestarts)" "failed failed 0"
}
try() { # ARGUMENT...: of systemctl
	control "$@" >"$work/control" 2>&1
	control_status=$?
}

# --- start, status, stop ---
stage_config
cp "$conf" ~/.mswatchrc
try enable --now mswatch
is "it is enabled and started" "$control_status $(state mswatch) $(control is-enabled mswatch)" "0 active enabled"
contains "started means that it watches" "$work/out" 'Watching mailstores$'
ok "it syncs" until_started
ok "its status is shown" wait_until "$bound" status_says '2 of 2 mailstores watched, idle' ||
	note "$(<"$work/status")"
pid=$(shown MainPID)
sed -i '$ i inter_delay 0.3' ~/.mswatchrc
sed -i '0,/^inter_delay/ { /^inter_delay/d }' ~/.mswatchrc
try reload mswatch
is "it is reloaded" "$control_status $(shown MainPID)" "0 $pid"
contains "with the new file" "$work/out" 'read anew$'
echo nonsense >>~/.mswatchrc
try reload mswatch
is "with an error it is told, and runs on" "$control_status $(state mswatch)" "1 active"
cp "$conf" ~/.mswatchrc
try stop mswatch
is "it is stopped" "$control_status $(shown Result)" "0 success"
ok "nothing of it is left" not alive "$pid"

# --- what fails ---
echo 3 >"$work/fail"
echo 'store three { watch false }' >>~/.mswatchrc
try start mswatch
ok "its status names what fails, and what is down" wait_until "$bound" status_says \
	'2 of 3 mailstores watched, .*; sync: failing since .*\(status 3\).*; three: down since .*, watcher exited \(status 1\)' ||
	note "$(<"$work/status")"
rm "$work/fail"
cp "$conf" ~/.mswatchrc

# --- restarts ---
for ((i = 0; i < 10; i++)); do
	try restart mswatch
	((control_status == 0)) || break
done
is "ten restarts in a row are not refused" "$i $(state mswatch)" "10 active"
restarted() { (($(shown NRestarts) == $1)) && is_state mswatch active; }
for ((i = 1; i <= 10; i++)); do
	pid=$(shown MainPID)
	((pid > 1)) || break                # 0 would be this test
	kill -9 "$pid"
	wait_until "$bound" restarted $i || break
done
is "after ten deaths in a row it is started again" "$i" 11

# --- what no restart mends ---
sed -i 's/^base_delay .*/base_delay soon/' ~/.mswatchrc
try restart mswatch
failed_for_good "an error in the configuration" 78
contains "it is told" "$work/err" 'mswatchrc:1: .*soon'
control status mswatch >"$work/status"
contains "systemctl shows the status" "$work/status" 'status=78'
mv ~/.mswatchrc "$work/away"
try start mswatch
failed_for_good "no configuration" 78
cp "$conf" ~/.mswatchrc
start mswatch >"$work/out.other" 2>&1
other=$started
wait_until "$bound" grep -q Watching "$work/out.other"
try start mswatch
failed_for_good "another one runs" 75
end_pid "$other"
try start mswatch
is "mended, it starts" "$control_status $(state mswatch)" "0 active"
try stop mswatch

# --- instances ---
for name in work my-home; do
	sed "s|^sync.*|sync $work/sync $name|" "$conf" >"$HOME/.config/mswatch/$name"
done
rm -f "$work/runs"
try enable --now mswatch@work mswatch@my-home
is "two instances are started" "$control_status $(state mswatch@work) $(state mswatch@my-home)" "0 active active"
for name in work my-home; do
	ok "mswatch@$name syncs its account" until_line runs "^start '$name' ''"
	ok "and has a status of its own" wait_until "$bound" status_says '2 of 2 mailstores watched, idle' "mswatch@$name"
done
echo nonsense >"$HOME/.config/mswatch/work"
try restart mswatch@work
is "an error in one is not the other's" "$control_status $(state mswatch@work) $(state mswatch@my-home)" "1 failed active"
try stop mswatch@my-home
is "an instance is stopped" "$control_status $(state mswatch@my-home)" "0 inactive"
tap_done
