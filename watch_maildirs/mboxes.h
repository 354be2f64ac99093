/* Mail that lies in mboxes, where a Maildir was looked for in vain. */
#ifndef WATCH_MAILDIRS_MBOXES_H
#define WATCH_MAILDIRS_MBOXES_H

/*
 * The first mbox that is found in the directory, or the file itself; else NULL.
 * The caller frees.
 */
char *mboxes_find(const char *path);

/* The first one where they usually are: in ~/mail, $MAIL or /var/mail; else NULL. */
char *mboxes_find_usual(void);

#endif
