/* What the network and the machine's sleep mean for stores and syncs. */
#ifndef MSWATCH_ENGINE_NEWS_H
#define MSWATCH_ENGINE_NEWS_H

#include "inside.h"

/* Acts on what has changed of the network. */
void news_take_changes(struct engine *engine, clock_ms now);

/* Acts on a sleep of the machine. */
void news_take_suspend(struct engine *engine, clock_ms now);

#endif
