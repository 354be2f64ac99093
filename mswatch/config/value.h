/*
 * The values of settings, which statements set.  Their owner is a struct
 * config, or a struct config_store.
 */
#ifndef MSWATCH_CONFIG_VALUE_H
#define MSWATCH_CONFIG_VALUE_H

#include "setting.h"
#include "words.h"

struct config;

/* A statement as it was written. */
struct config_statement {
	const struct setting *setting;
	unsigned line;          /* 0: a default */
	struct words words;     /* behind the keyword; of store: its name */
};

/* Adds a statement to the configuration, with a copy of its words, which lasts as long. */
const struct config_statement *statement_new(struct config *config, const struct setting *setting,
                                             unsigned line, const struct word *list, size_t count);

/*
 * Reads a statement into the owner, which borrows its texts.  Returns NULL, or
 * what is wrong, which the caller frees.
 */
char *value_read(const struct config_statement *statement, void *owner);

/* Sets the owner, all zero, in the configuration, to the defaults of its scope. */
void values_start(struct config *config, enum setting_scope scope, void *owner);

#endif
