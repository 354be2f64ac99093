/*
 * Places that no watch can see: what stat(2) says about them, compared with
 * what it said at the last look.
 */
#ifndef LIB_STAMP_H
#define LIB_STAMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "clock.h"

/*
 * What was seen of a directory or file.  A second change within one tick of
 * the file system's clock leaves the times as the first one made them; so a
 * stamp that is younger than a tick is unsettled, and reported once more at
 * the first look that comes a tick later.
 */
struct stamp {
	dev_t device;
	ino_t inode;
	struct timespec modified, changed;
	clock_ms seen;
	uint64_t size : 63;     /* of a file, in bytes */
	uint64_t unsettled : 1;
};

enum stamp_verdict {
	STAMP_SAME,
	STAMP_CHANGED,          /* its contents have changed, or may have */
	STAMP_EXCHANGED         /* it is another one, or was moved and is back, or
	                           may be */
};

/* A look: what stat(2) said, and when. */
struct stamp_look {
	struct stat status;
	clock_ms before, after; /* CLOCK_BOOTTIME just before and after */
	struct timespec wall;   /* CLOCK_REALTIME just before; all 0 where the
	                           file system may have another clock */
};

/*
 * What has become of the place since the last look; updates the stamp.  A
 * stamp of zeros has seen nothing: STAMP_CHANGED.
 */
enum stamp_verdict stamp_compare(struct stamp *stamp, const struct stamp_look *look);

/*
 * Looks at the place, which is to be of that type (S_IFDIR or S_IFREG).  With
 * remote, opens it, which makes network file systems ask their server.
 * Returns 0, or -1 with errno (ENOTDIR for what is of another type).
 */
int stamp_look(const char *path, mode_t type, bool remote, struct stamp_look *look);

/* The stamps of places, which are small numbers. */
struct stamps {
	struct stamp *stamp;
	size_t room;
};

/* The place's stamp, valid until the next call; zeros at first. */
struct stamp *stamps_get(struct stamps *stamps, size_t place);

#endif
