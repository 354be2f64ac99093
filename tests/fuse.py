#!/usr/bin/env python3
"""fuse.py SOURCE MOUNT-POINT - shows SOURCE at MOUNT-POINT through FUSE, to read only.

Speaks the kernel's protocol (linux/fuse.h, 7.31) itself.  What is changed in
SOURCE shows at MOUNT-POINT without any event there: as on a file system that
another host changes.  Ends when it is unmounted.

Where SOURCE.faults is, its lines "read PATH" and "stat PATH" have the directory
at PATH below SOURCE ("." for SOURCE itself) fail with an input/output error:
from its third name on when it is read, or at once.
"""
import ctypes
import errno
import os
import stat
import struct
import sys

LOOKUP, FORGET, GETATTR, READLINK, STATFS, INIT = 1, 2, 3, 5, 17, 26
OPEN, READ, RELEASE, FLUSH = 14, 15, 18, 25
OPENDIR, READDIR, RELEASEDIR, ACCESS, INTERRUPT, BATCH_FORGET = 27, 28, 29, 34, 36, 42

source, mount_point = sys.argv[1:3]
paths = {1: source}                     # of each node
nodes = {}                              # (path, inode) to node


def is_faulty(what, path):
    try:
        with open(source + ".faults", encoding="utf-8", errors="surrogateescape") as lines:
            return f"{what} {os.path.relpath(path, source)}\n" in lines.readlines()
    except FileNotFoundError:
        return False


def check(path):
    if is_faulty("stat", path):
        raise OSError(errno.EIO, "")
    return path


def attributes(status):
    return struct.pack(
        "<6Q10I", status.st_ino, status.st_size, 0, int(status.st_atime),
        status.st_mtime_ns // 10**9, status.st_ctime_ns // 10**9, 0,
        status.st_mtime_ns % 10**9, status.st_ctime_ns % 10**9, status.st_mode,
        status.st_nlink, status.st_uid, status.st_gid, 0, 4096, 0)


def lookup(node, body):
    path = os.path.join(paths[node], os.fsdecode(body[:-1]))
    status = os.lstat(check(path))
    key = (path, status.st_ino)
    if key not in nodes:
        nodes[key] = len(nodes) + 2
        paths[nodes[key]] = path
    return struct.pack("<4Q2I", nodes[key], 0, 0, 0, 0, 0) + attributes(status)


def entries(node, offset, room):
    result = b""
    names = [".", ".."] + sorted(os.listdir(paths[node]))
    if is_faulty("read", paths[node]):
        if offset >= 3:
            raise OSError(errno.EIO, "")
        names = names[:3]
    for number, name in enumerate(names[offset:], offset + 1):
        path = os.path.join(paths[node], name)
        try:
            status = os.lstat(path)
        except OSError:
            continue
        raw = os.fsencode(name)
        entry = struct.pack("<2Q2I", status.st_ino, number, len(raw),
                            stat.S_IFMT(status.st_mode) >> 12) + raw
        entry += b"\0" * (-len(entry) % 8)
        if len(result) + len(entry) > room:
            break
        result += entry
    return result


def contents(node, offset, room):
    with open(check(paths[node]), "rb") as file:
        return os.pread(file.fileno(), room, offset)


def answer(opcode, node, body):
    if opcode == INIT:
        return struct.pack("<4I2H2I2H7I4x", 7, 31, 65536, 0, 0, 0, 65536, 1, 0, 0,
                           0, 0, 0, 0, 0, 0, 0)
    if opcode == LOOKUP:
        return lookup(node, body)
    if opcode == GETATTR:
        return struct.pack("<Q2I", 0, 0, 0) + attributes(os.lstat(check(paths[node])))
    if opcode == READLINK:
        return os.fsencode(os.readlink(paths[node]))
    if opcode == STATFS:
        return struct.pack("<5Q4I24x", 0, 0, 0, 0, 0, 4096, 255, 4096, 0)
    if opcode == OPENDIR:
        return struct.pack("<Q2I", 0, 0, 0)
    if opcode == READDIR:
        return entries(node, *struct.unpack_from("<QI", body, 8))
    if opcode == OPEN:
        return struct.pack("<Q2I", 0, 1, 0)                     # FOPEN_DIRECT_IO
    if opcode == READ:
        return contents(node, *struct.unpack_from("<QI", body, 8))
    if opcode in (RELEASEDIR, RELEASE, FLUSH, ACCESS):
        return b""
    raise OSError(errno.ENOSYS, "")


def main():
    device = os.open("/dev/fuse", os.O_RDWR | os.O_CLOEXEC)
    libc = ctypes.CDLL(None, use_errno=True)
    options = f"fd={device},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()},allow_other"
    if libc.mount(b"test", os.fsencode(mount_point), b"fuse", 6, options.encode()) != 0:
        sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")
    while True:
        try:
            request = os.read(device, 1 << 20)
        except OSError as error:
            if error.errno in (errno.EINTR, errno.ENOENT):
                continue
            return
        opcode, unique, node = struct.unpack_from("<IQQ", request, 4)
        if opcode in (FORGET, BATCH_FORGET, INTERRUPT):
            continue
        try:
            status, body = 0, answer(opcode, node, request[40:])
        except OSError as error:
            status, body = -error.errno, b""
        try:
            os.write(device, struct.pack("<IiQ", 16 + len(body), status, unique) + body)
        except OSError:
            pass                        # who asked has gone


main()
