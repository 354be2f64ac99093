/* A command as it is shown in messages. */
#ifndef MSWATCH_QUOTING_H
#define MSWATCH_QUOTING_H

/*
 * The arguments with a space between; those that a shell would take apart are
 * quoted as it wants them.  The caller frees; NULL when there is no memory.
 */
char *quoting_format(char *const argv[]);

/*
 * The same, but of the arguments from first on only most are shown, and the
 * rest counted: "mbsync a b (and 98 more)".
 */
char *quoting_format_some(char *const argv[], unsigned long first, unsigned long most);

/* A text as one line that is harmless to show, whatever it holds.  The caller frees. */
char *quoting_line(const char *text);

#endif
