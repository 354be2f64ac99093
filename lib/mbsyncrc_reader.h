/*
 * The lines of mbsync's configuration, cut into words: for lib/mbsyncrc*.c.
 *
 * A section is ended by a line without a word, which a comment is not.  Blanks
 * are those of isspace(3).  # starts a comment where a word would begin.  "
 * turns quoting on and off, also inside a word; \ keeps what follows, but for
 * control characters.  A NUL byte ends the line that it stands in.  After 1022
 * bytes a line is over, and the rest one of its own.
 */
#ifndef LIB_MBSYNCRC_READER_H
#define LIB_MBSYNCRC_READER_H

#include <stdint.h>

#include "mbsyncrc.h"

enum { MBSYNCRC_LINE = 1022 };

struct mbsyncrc_reader {
	const struct mbsyncrc_place *place;
	mbsyncrc_complain *complain;
	void *context;
	struct mbsyncrc *rc;            /* what is read so far */
	const char *at, *end;           /* what is left of the text */
	unsigned line;                  /* the one that was read last */
	char *keyword, *value;          /* its first two words; keyword NULL: it ends a section */
	char *rest;                     /* behind them, or NULL */
	bool cut;                       /* it is but a part of a line */
	char buffer[MBSYNCRC_LINE + 1];
};

/*
 * Reads up to the next line that says something or ends a section; words that
 * are left over are told.  False at the end of the text.
 */
bool mbsyncrc_next(struct mbsyncrc_reader *reader);

/* The same, within a section: false at its end, too. */
bool mbsyncrc_next_inner(struct mbsyncrc_reader *reader);

/* The line's next word, or NULL; it stays as long as the line does. */
char *mbsyncrc_word(struct mbsyncrc_reader *reader);

/* Forgets the words that are left of the line. */
void mbsyncrc_skip_words(struct mbsyncrc_reader *reader);

/* Whether the line's keyword is this one, or the value is, in any case. */
bool mbsyncrc_keyword(const struct mbsyncrc_reader *reader, const char *keyword);
bool mbsyncrc_value(const struct mbsyncrc_reader *reader, const char *value);

/* Tells that the line is refused; or the section that starts at line; or advises. */
void mbsyncrc_refuse(struct mbsyncrc_reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* Tells that the keyword is none of such a section ("a Channel"), and passes over the line. */
void mbsyncrc_refuse_keyword(struct mbsyncrc_reader *reader, const char *section);

void mbsyncrc_refuse_section(struct mbsyncrc_reader *reader, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void mbsyncrc_advise(struct mbsyncrc_reader *reader, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The value as what it has to be; what it is not is told, and is false or 0. */
bool mbsyncrc_read_bool(struct mbsyncrc_reader *reader);
int mbsyncrc_read_number(struct mbsyncrc_reader *reader);
uint32_t mbsyncrc_read_size(struct mbsyncrc_reader *reader);

/* The value as the one character that it has to be; what it is not is told, and is '\0'. */
char mbsyncrc_read_character(struct mbsyncrc_reader *reader);

/* The value as a path: ~ and, in 1.5, relative paths are made whole.  The caller frees. */
char *mbsyncrc_read_path(struct mbsyncrc_reader *reader);

/* Puts a copy of the value in the place of the string. */
void mbsyncrc_read_string(struct mbsyncrc_reader *reader, char **string);

/* Adds the value and all further words of the line. */
void mbsyncrc_read_words(struct mbsyncrc_reader *reader, struct mbsyncrc_words *words);

/* A list's last word is a copy of this one, then. */
void mbsyncrc_words_add(struct mbsyncrc_words *words, const char *word);
void mbsyncrc_words_free(struct mbsyncrc_words *words);

#endif
