/* The errors of a configuration, which are told in the order of its lines. */
#ifndef MSWATCH_CONFIG_ERRORS_H
#define MSWATCH_CONFIG_ERRORS_H

#include <stddef.h>

#include "config.h"

struct error;

/* All zero: there are none. */
struct errors {
	struct error *list;
	size_t count;
};

/* Adds an error in this line (0: none is to blame), with its message, which it frees. */
void errors_add(struct errors *errors, unsigned line, char *message);

/* Tells all, those of no line last, and frees them; their count stays. */
void errors_tell(struct errors *errors, config_complain *tell, void *context);

#endif
