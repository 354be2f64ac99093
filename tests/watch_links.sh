#!/bin/bash
# watch_maildirs and symbolic links: ways that change at the worst moment,
# targets that come back, and many of them.
. "${top_srcdir:-$(dirname "$0")/..}/tests/watch.sh"
cd "$work" || exit 1
swap=$top_builddir/tests/preload/swap.so
[[ -e $swap ]] || { echo "Bail out! $swap is not built (make check builds it)"; exit 1; }
never=86400 # no poll hides what is missed

# --- a link is pointed elsewhere while its way is looked at, right after each call in turn ---
swap_at() { # NUMBER LINK OPTION...: LINK.next is renamed to LINK after that many calls with it
	local number=$1 link=$2
	shift 2
	rm -f swapped
	: >"$lines"
	seen=0
	start env LD_PRELOAD="$swap" SWAP_PATH="$link" SWAP_NEW="$link.next" SWAP_AT="$number" \
		SWAP_DONE="$work/swapped" \
		ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
		watch_maildirs -p "$never" "$@" >>"$lines" 2>"$errors"
	watcher=$started
	wait_until 30 has_lines 1 || fail "the watcher gets ready" "$(cat "$errors")"
	seen=1
	[[ -e swapped ]]
}
prepare() { # LINK: leads to old/box, and would lead to new/box
	rm -rf data
	maildirs data/old/box data/old/box/.beacon data/new/box data/new/box/.beacon
	ln -sfn "$work/data/old/box" "$1"
	ln -sfn "$work/data/new/box" "$1.next"
}
mkdir way
maildirs first first/.beacon second second/.parts second/.beacon
ln -s ../way/folder first/.far
rmdir second/.parts/new
ln -s ../../way/spool second/.parts/new
for way in folder/first spool/second; do
	for ((i = 1; i < 20; i++)); do
		prepare "$work/way/${way%/*}"
		swap_at "$i" "$work/way/${way%/*}" -m "$work/${way#*/}" || break
		settle "${way#*/}/.beacon" beacon
		mv data/new data/moved
		deliver "${way#*/}/.beacon" x
		says "a link on a ${way%/*}'s way is swapped after call $i: its new way is watched" "" beacon
		unwatch
	done
	ok "that was tried after each call" test "$i" -gt 2
	unwatch
done
for ((i = 1; i < 20; i++)); do
	prepare "$work/way/base"
	swap_at "$i" "$work/way/base" -m "$work/way/base" || break
	settle data/new/box/.beacon beacon
	mv data/new data/moved
	ends_with "the base's link is swapped after call $i: its new way is watched" 2
done
ok "that was tried after each call of the base's" test "$i" -gt 2
unwatch

# --- what links lead to comes back inside the watched tree ---
v=$work/Mail
maildirs "$v/beacon" "$v/shelf" made
mkdir "$v/way" "$v/way/near"
ln -s ../shelf/box "$v/way/link"
ln -s way/link "$v/chain"
ln -s chain "$v/longer"
ln -s way/near/a/b "$v/deep"
ln -s neighbour "$v/beside"
mkdir "$v/parts" "$v/parts/cur"
ln -s ../shelf/spool "$v/parts/new"
watch -m "$v" -l verbatim -p "$never"
mv made "$v/shelf/box"
says "a target comes: all ways to it, at once" shelf/box way/link chain longer ""
deliver "$v/shelf/box" a
says "and watched by all of them" shelf/box way/link chain longer
mv "$v/shelf/box" made
says "it goes: all" ""
settle "$v/beacon" beacon
mv made "$v/shelf/box"
says "it comes back: at once" shelf/box way/link chain longer ""
maildirs moved/b
mv moved "$v/way/near/a"
says "a directory on the way is moved in" way/near/a/b deep ""
maildirs made
mv made "$v/neighbour"
says "a target beside its link" neighbour beside ""
mkdir "$v/shelf/spool"
says "a target of new/" parts ""
: >"$v/shelf/spool/a"
says "and watched" parts
rm -r "$v/way/near/a"
says "a directory on a way is deleted: all" ""
settle "$v/beacon" beacon
mkdir "$v/way/near/a"
maildirs "$v/way/near/a/b"
ok "and made again, one after the other" told_of deep
settle "$v/beacon" beacon
deliver "$v/way/near/a/b" a
says "and watched" way/near/a/b deep
unwatch
m=$work/Maildir
maildirs "$m" "$m/.beacon"
mkdir "$m/store"
ln -s store/x "$m/.x"
watch -m "$m" -p "$never"
maildirs "$work/made"
mv made "$m/store/x"
says "a target in a directory of the Maildir that is no folder" x
rm -r "$m/store"
says "it goes with its directory: all" ""
maildirs made/x
settle "$m/.beacon" beacon
mv made "$m/store"
says "both come back" x
unwatch

# --- a directory is walked by eight ways, the one without a link among them ---
told_below() { # PATTERN: how many names of that kind were told since
	tail -n +$((seen + 1)) "$lines" | grep -Ex -- "$1" | sort -u | grep -c ''
}
below_are() { (($(told_below "$1") == $2)); }
for way in --all-events --poll-only; do
	t=$work/ways$way
	maildirs "$t/beacon" "$work/out$way/sub/deep" "$work/out$way"
	for i in {1..9}; do ln -s "$work/out$way" "$t/l$i"; done
	interval=$never
	[[ $way != --poll-only ]] || interval=0.2
	watch -m "$t" -l verbatim "$way" -p "$interval"
	calm() {
		if [[ $way == --poll-only ]]; then
			settle_polled "$t/beacon" beacon
		else
			settle "$t/beacon" beacon
		fi
	}
	contains "$way: a ninth way is told of" "$errors" "$t/l[0-9]: links lead to this directory by more than 8 ways"
	is "$way: once" "$(grep -c '' "$errors")" 1
	calm
	deliver "$work/out$way" a
	ok "$way: the directory itself is told by all nine" wait_until 30 below_are 'l[1-9]' 9
	calm
	deliver "$work/out$way/sub/deep" a
	ok "$way: what is below it by eight" wait_until 30 below_are 'l[1-9]/sub/deep' 8
	calm
	is "$way: and no more" "$(told_below '.*/deep')" 0
	walked=$(tail -n 100 "$lines" | grep -x 'l[1-9]/sub/deep' | tail -n 1)
	rm "$t/${walked%%/*}"
	ok "$way: one of them is deleted: all" told_of ""
	calm
	deliver "$work/out$way/sub/deep" b
	ok "$way: the ninth takes its place" wait_until 30 below_are 'l[1-9]/sub/deep' 8
	calm
	mv "$work/out$way" "$t/real"
	for i in {1..9}; do [[ ! -L $t/l$i ]] || ln -sfn real "$t/l$i"; done
	ok "$way: it is moved in" told_of real/sub/deep
	calm
	deliver "$t/real/sub/deep" c
	ok "$way: without a link it is told of first" told_of real/sub/deep
	ok "$way: and by seven links" wait_until 30 below_are 'l[1-9]/sub/deep' 7
	calm
	deliver "$t/real" d
	ok "$way: itself by nine names" wait_until 30 below_are 'l[1-9]|real' 9
	unwatch
done

# --- what links cost: the processor's time for the same number of names without links ---
cpu() { # nanoseconds until now
	local used _
	read -r used _ <"/proc/$watcher/schedstat"
	echo "$used"
}
[[ -r /proc/self/schedstat ]] || tap_done
linked() { # DIRECTORY COUNT: that many Maildirs, each with links to all others
	local i j
	for ((i = 0; i < $2; i++)); do
		maildirs "$1/b$i"
		for ((j = 0; j < $2; j++)); do ((i == j)) || ln -s "../b$j" "$1/b$i/l$j"; done
	done
}
for ((i = 0; i < 600; i++)); do plain+=("plain/f$i"); done
maildirs "${plain[@]}"
watch -m "$work/plain" -l verbatim
without=$(cpu)
note "600 folders: $without ns"
unwatch
for i in 7 8; do
	linked "web$i" "$i"
	watch -m "$work/web$i" -l verbatim
	ok "$i Maildirs that link to each other cost no more than five times 600 folders" test "$(cpu)" -lt $((without * 5))
	note "$i Maildirs that link to each other: $(cpu) ns"
	deliver "$work/web$i/b0" a
	ok "and one is told by all that are walked" wait_until 30 told_of "b$((i - 1))/l0"
	unwatch
done

many() { # DIRECTORY COUNT: a Maildir with so many folders that are links into its data/
	python3 - "$@" <<-'PY'
		import os, sys
		for number in range(int(sys.argv[2])):
		    for part in "new", "cur":
		        os.makedirs(f"{sys.argv[1]}/data/{number}/{part}")
		    os.symlink(f"data/{number}", f"{sys.argv[1]}/.f{number}")
	PY
}
move_cost() { # COUNT: sets cost to that of moving what so many links lead to, there and back
	local before
	maildirs "many$1" "many$1/.beacon"
	many "many$1" "$1"
	watch -m "$work/many$1" -p "$never"
	before=$(cpu)
	mv "many$1/data" "many$1/away"
	told_of ""
	settle "many$1/.beacon" beacon
	mv "many$1/away" "many$1/data"
	ok "$1 linked folders are moved, and come back" told_of "f$(($1 - 1))"
	settle "many$1/.beacon" beacon
	cost=$(($(cpu) - before))
	unwatch
}
move_cost 3000
half=$cost
move_cost 6000
note "the move of 3000 linked folders: $half ns, of 6000: $cost ns"
ok "twice the linked folders cost three times as much at most" test "$cost" -lt $((half * 3))
tap_done
