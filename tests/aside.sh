#!/bin/sh
# tests/aside.sh ROOM CMD... - runs CMD on a copy of this machine, which goes with it: what it
# writes, and installs, is in a tmpfs that is mounted on the directory ROOM, in namespaces of
# its own.  ROOM/kept is what stays.  For root.
set -eu
if [ "$1" != --inside ]; then
	exec unshare --mount --pid --net --fork --kill-child --propagation private "$0" --inside "$@"
fi
room=$2
shift 2
mkdir -p "$room/kept" "$room/copy"
mount -t tmpfs none "$room/copy"
cd "$room/copy"
mkdir upper work root
mount -t overlay overlay -o lowerdir=/,upperdir=upper,workdir=work root
for directory in dev sys; do mount --rbind "/$directory" "root/$directory"; done
mount -t proc proc root/proc
mount --bind "$room/kept" "root$room/kept"
ip link set lo up
exec chroot root "$@"
