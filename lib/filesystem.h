/* File systems whose changes by others inotify can't see. */
#ifndef LIB_FILESYSTEM_H
#define LIB_FILESYSTEM_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Whether the path is on a file system that other machines, or a program in
 * user space, can change (NFS, SMB, FUSE, 9p, ...).  Sets *name to what it is
 * called.  False when it can't be told.
 */
bool filesystem_is_remote(const char *path, const char **name);

/*
 * A descriptor that has POLLPRI when file systems are mounted or unmounted
 * (proc(5)), or -1.
 */
int filesystem_mounts_open(void);

/* A number that stands for the file systems mounted below the path, 0 when there are none. */
uint64_t filesystem_mounts_below(const char *path);

#endif
