/* How the engine is to run. */
#ifndef MSWATCH_ENGINE_OPTIONS_H
#define MSWATCH_ENGINE_OPTIONS_H

#include <stdbool.h>

/* What the command line says. */
struct engine_options {
	bool dry;   /* do not run the syncer and the hooks */
	bool quiet; /* only errors */
	bool verbose;
	const char *file;       /* the configuration, as others know it; NULL: none can ask */
};

#endif
