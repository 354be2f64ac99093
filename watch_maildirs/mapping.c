#include "mapping.h"

#include <stdlib.h>
#include <string.h>

#include "layout.h"
#include "memory.h"
#include "options.h"
#include "path.h"

static enum layout_style style_of(const struct mbsyncrc_store *store)
{
	switch (store->subfolders) {
	case MBSYNCRC_SUBFOLDERS_VERBATIM: return LAYOUT_VERBATIM;
	case MBSYNCRC_SUBFOLDERS_MAILDIRPP: return LAYOUT_MAILDIRPP;
	case MBSYNCRC_SUBFOLDERS_LEGACY: return LAYOUT_LEGACY;
	case MBSYNCRC_SUBFOLDERS_NONE: break;
	}
	return LAYOUT_FLAT;
}

/* The directory that Path's last slash ends. */
static char *directory_of(const char *path, const char *slash)
{
	char *above = slash == NULL ? memory_copy(".")
	                            : memory_format("%.*s", (int)(slash + 1 - path), path);
	char *absolute = path_absolute(above);

	free(above);
	return absolute;
}

/* Path: a directory, and behind its last slash what the names there begin with. */
static void apply_path(const struct mbsyncrc_store *store, struct options *options)
{
	const char *slash = strrchr(store->path, '/');
	const char *prefix = slash != NULL ? slash + 1 : store->path;
	const char *nested = mbsyncrc_nested_inbox(store);

	options->base = directory_of(store->path, slash);
	if (*prefix != '\0')
		options->layout.prefix = options->prefix = memory_copy(prefix);
	if (nested != NULL)
		options->below = memory_format("%s%s", prefix, nested);
	else
		options->inbox = path_absolute(store->inbox);
	options->layout.inbox = options->below;
}

void mapping_apply(const struct mbsyncrc_store *store, struct options *options)
{
	options->layout = (struct layout){
		.style = style_of(store),
		.separator = '/',
		.inbox = "",
		.is_strict = true,
	};
	if (store->path != NULL && options->layout.style != LAYOUT_MAILDIRPP) {
		apply_path(store, options);
		return;
	}
	options->base = path_absolute(store->inbox);
	options->layout.is_inbox = options->layout.style != LAYOUT_MAILDIRPP;
}
