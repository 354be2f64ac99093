/*
 * What files hold: the only place that reads them.  Reading leaves the time of
 * the last access alone where the file is ours, as mail checkers go by it.
 */
#ifndef WATCH_MBOXES_CONTENTS_H
#define WATCH_MBOXES_CONTENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "siphash.h"

/* Nothing larger is read for a fingerprint, in bytes. */
#define CONTENTS_LARGEST (INT64_C(256) << 20)

enum contents {
	CONTENTS_MAILBOX,       /* a regular file that is one by its first bytes */
	CONTENTS_OTHER,         /* another regular file */
	CONTENTS_NO_FILE,       /* something else, or nothing */
	CONTENTS_UNREADABLE     /* it is there, and can't be read: errno */
};

/* Looks at the first bytes of the file at path. */
enum contents contents_look(const char *path);

/* Works the fingerprint out; false when that can't be done, or is too much. */
bool contents_fingerprint(const char *path, const struct siphash_key *key, uint64_t *fingerprint);

#endif
