/*
 * Places that no watch can see: what stat(2) says about them, compared with
 * what it said at the last look.
 */
#ifndef WATCH_MAILDIRS_POLL_H
#define WATCH_MAILDIRS_POLL_H

#include <stdbool.h>
#include <sys/stat.h>

#include "clock.h"

/*
 * What was seen of a directory.  A second change within one tick of the file
 * system's clock leaves the times as the first one made them; so a stamp that
 * is younger than a tick is unsettled, and reported once more at the first
 * look that comes a tick later.
 */
struct poll_stamp {
	dev_t device;
	ino_t inode;
	struct timespec modified, changed;
	clock_ms seen;
	bool unsettled;
};

enum poll_verdict {
	POLL_SAME,
	POLL_CHANGED,           /* its contents have changed, or may have */
	POLL_EXCHANGED          /* it is another directory, or was moved and is
	                           back, or may be */
};

/* A look at a directory: what stat(2) said, and when. */
struct poll_look {
	struct stat status;
	clock_ms before, after; /* CLOCK_BOOTTIME just before and after */
	struct timespec wall;   /* CLOCK_REALTIME just before; all 0 where the
	                           file system may have another clock */
};

/*
 * What has become of the directory since the last look; updates the stamp.  A
 * stamp of zeros has seen nothing: POLL_CHANGED.
 */
enum poll_verdict poll_compare(struct poll_stamp *stamp, const struct poll_look *look);

/*
 * Looks at the directory.  With remote, opens it, which makes network file
 * systems ask their server.  Returns 0, or -1 with errno (ENOTDIR for what is
 * no directory).
 */
int poll_look(const char *path, bool remote, struct poll_look *look);

#endif
