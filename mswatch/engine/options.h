/* How the engine is to run. */
#ifndef MSWATCH_ENGINE_OPTIONS_H
#define MSWATCH_ENGINE_OPTIONS_H

#include <stdbool.h>

/* What the command line says. */
struct lock;

struct engine_options {
	bool dry;   /* do not run the syncer and the hooks */
	bool quiet; /* only errors */
	bool verbose;
	const char *file;       /* the configuration */
	struct lock *lock;      /* on it; NULL: none */
	const char *known;      /* the same, as others know it; NULL: nobody can ask */
	const char *given;      /* and by the path as it was given, or NULL */
};

#endif
