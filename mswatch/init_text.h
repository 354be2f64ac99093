/* What mswatch --init prints. */
#ifndef MSWATCH_INIT_TEXT_H
#define MSWATCH_INIT_TEXT_H

#include "init_plan.h"

/* The configuration, with comments, in mswatch's own grammar.  The caller frees. */
char *init_text(const struct init_plan *plan);

#endif
