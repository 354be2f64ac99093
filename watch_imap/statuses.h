/* The exit statuses of watch_imap, beside 0: nobody listens any more. */
#ifndef WATCH_IMAP_STATUSES_H
#define WATCH_IMAP_STATUSES_H

enum {
	SESSION_MISCONFIGURED = 1,
	SESSION_DISCONNECTED = 69,      /* try again: sysexits(3)'s EX_UNAVAILABLE */
	SESSION_REFUSED = 77            /* the login: nothing will change by itself */
};

#endif
