/*
 * Which events in new/ and cur/ are changes that a syncer can see.
 *
 * A message's file name is UNIQUE[:2,FLAGS] (Maildir's specification);
 * UNIQUE may bear fields: ,S=SIZE and ,W=SIZE of Maildir++ and Dovecot,
 * ,U=UID of mbsync and OfflineIMAP.  See watch_maildirs(1), CHANGES.
 */
#ifndef WATCH_MAILDIRS_CHANGE_H
#define WATCH_MAILDIRS_CHANGE_H

#include <stdbool.h>

enum change_place { CHANGE_IN_NEW, CHANGE_IN_CUR };

/* Whether the name can be a message's: Maildir leaves names with a leading dot alone. */
bool change_is_message(const char *name);

/*
 * Whether a syncer can see that the message `from` of a mailbox has become
 * `to` in the same mailbox.  True when in doubt.
 */
bool change_is_visible(enum change_place from_place, const char *from,
                       enum change_place to_place, const char *to);

#endif
