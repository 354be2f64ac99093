/*
 * Why a program can't be executed, in words that name it and say what to look
 * for: execve(2) has one error for a name that is misspelt, a PATH that lacks
 * a directory, and a script whose interpreter is not installed.
 */
#ifndef LIB_EXECUTABLE_H
#define LIB_EXECUTABLE_H

#include <stddef.h>

/* Room for what is told of a program, in bytes; what is longer is cut. */
#define EXECUTABLE_ROOM 512

/*
 * Looks for name as execvp(3) does: as it is if it holds a slash, otherwise in
 * the directories of path (NULL: PATH is not set, libc's default is taken).
 * Returns NULL if something is there to be executed, otherwise buffer, with
 * "NAME: WHY" as in "mbsnyc: not found in PATH (/usr/bin:/bin)".
 */
const char *executable_fault(const char *name, const char *path, char buffer[EXECUTABLE_ROOM]);

/*
 * Why execvp(3) has just failed with this errno for name and our PATH, like
 * executable_fault(); NULL where the system lacks something that no file has.
 */
const char *executable_explain(const char *name, int error, char buffer[EXECUTABLE_ROOM]);

/*
 * The search path with directory at its end, where programs are looked for
 * last; NULL where that changes nothing: it is in there already, or can't be
 * (a colon in its name).  Path NULL is PATH not set: libc's default remains
 * in front.  The caller frees; out of memory ends the program.
 */
char *executable_path_with(const char *path, const char *directory);

#endif
