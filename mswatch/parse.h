/*
 * A configuration while it is read: shared by config.c (lines and blocks) and
 * setting.c (what a statement sets).
 */
#ifndef MSWATCH_PARSE_H
#define MSWATCH_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "config.h"
#include "keyword.h"
#include "words.h"

/* An error that was found; line 0: no line is to blame. */
struct parse_error {
	unsigned line;
	size_t order;
	char *message;
};

/* An inter_delay of one mailbox, as it was written. */
struct parse_delay {
	struct config_delay delay;
	unsigned line;
	size_t order;
};

enum parse_place {
	PARSE_OUTSIDE,          /* of any store */
	PARSE_HEADER,           /* behind store NAME, before its brace */
	PARSE_INSIDE            /* a store's block */
};

struct parse {
	const char *name;       /* the file's, for errors */
	unsigned line;
	enum parse_place place;
	bool muted;             /* the rest of this line follows from an error that was told */
	bool broken;            /* so may the rest of this store */
	unsigned set[KEYWORD_COUNT];    /* in which line; 0: not yet */
	struct config *config;
	struct parse_error *errors;
	size_t error_count, error_room;
	struct parse_delay *delays;
	size_t delay_count, delay_room;
	size_t ignored_room, store_room, statement_room;
};

/* Notes an error of a line, unless they are muted. */
void parse_complain(struct parse *parse, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The store whose block is being read. */
struct config_store *parse_store(const struct parse *parse);

/* Reads the arguments of a statement other than store. */
void setting_read(struct parse *parse, enum keyword keyword, const struct word *arguments,
                  size_t count);

#endif
