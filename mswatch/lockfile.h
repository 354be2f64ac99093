/*
 * Files that stand for a configuration's names, to be locked: one in
 * $XDG_RUNTIME_DIR/mswatch and one in ~/.cache/mswatch, so that an mswatch that
 * was started without the former (by cron(8), say) meets one that has it.  A
 * directory that is not this user's alone is left out.  The files are empty,
 * and are never removed: whoever opened one may be about to lock it.
 */
#ifndef MSWATCH_LOCKFILE_H
#define MSWATCH_LOCKFILE_H

#include <stddef.h>

/* The files that one name has, at the most. */
#define LOCKFILE_PLACES 2

/*
 * Opens $XDG_RUNTIME_DIR/mswatch, made where it is missing.  -1: there is none
 * that is this user's alone.
 */
int lockfile_runtime_directory(void);

/*
 * Opens the files of a name, which are made where they are missing, into fd.
 * Returns how many there are; 0 when none can be made.
 */
size_t lockfile_open(const char *name, int fd[LOCKFILE_PLACES]);

/*
 * The path as it was given, made absolute without following links: blank
 * steps are taken out, and `..` where what it leaves is no link.  The caller
 * frees.  NULL for one that names a descriptor, such as /dev/stdin: what it
 * stands for is another file each time.
 */
char *lockfile_name_given(const char *path);

/* Where the open file really is.  The caller frees.  NULL: nowhere any more. */
char *lockfile_name_real(int file, const char *path);

#endif
