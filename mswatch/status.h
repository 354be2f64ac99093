/* What SIGUSR1 prints, and the line that the service manager shows. */
#ifndef MSWATCH_STATUS_H
#define MSWATCH_STATUS_H

#include "engine.h"

/* Prints the pending mailboxes, the stores, the running sync and the counts. */
void status_print(const struct engine *engine);

/* Tells the service manager when its line has changed. */
void status_notify(struct engine *engine);

#endif
