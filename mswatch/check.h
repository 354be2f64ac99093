/*
 * What is accepted in a configuration, but most likely not what was meant:
 * words that only a shell would understand, programs that are not there, one
 * watch command in two stores.  For mswatch -t; decides, and looks nowhere.
 */
#ifndef MSWATCH_CHECK_H
#define MSWATCH_CHECK_H

#include <stdbool.h>
#include <sys/types.h>

#include "config.h"
#include "executable.h"

/* Why a program can't be executed, "NAME: WHY" in buffer; NULL: it can. */
typedef const char *check_find(const char *program, char buffer[EXECUTABLE_ROOM]);

/*
 * Tells all warnings, "NAME:LINE: WHAT: HINT", in the order of the lines.
 * Name is the file's.  Each program that mswatch will run, and each that
 * follows inputkill, socketwatch, env and the like, is asked of find.
 */
void check_config(const struct config *config, const char *name, check_find *find,
                  config_complain *warn, void *context);

/*
 * Whether somebody other than the user self and root can write to a regular
 * file with this mode and owner, and so decide what is run.
 */
bool check_is_open_to_others(mode_t mode, uid_t owner, uid_t self);

#endif
