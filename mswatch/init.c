#include "init.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "executable.h"
#include "init_plan.h"
#include "init_text.h"
#include "mbsyncfile.h"
#include "mbsyncrc_parse.h"
#include "mbsyncversion.h"
#include "memory.h"
#include "message.h"
#include "path.h"
#include "proof.h"

static bool is_installed(const char *program)
{
	char why[EXECUTABLE_ROOM];

	return executable_fault(program, getenv("PATH"), why) == NULL;
}

static enum mbsync_version ask_version(void)
{
	char room[EXECUTABLE_ROOM];
	enum mbsync_version version = MBSYNC_1_5;
	const char *why = mbsyncversion_ask("mbsync", &version, room);

	if (why != NULL)
		message_fatal(1, "%s; --init is for those whose mbsync works", why);
	return version;
}

/* The file that is to be read, absolute. */
static char *find_file(const char *file, enum mbsync_version version)
{
	char *found = file != NULL ? memory_copy(file) : mbsyncfile_default(version), *path;

	if (found == NULL)
		message_fatal(1, "HOME is not set: name mbsync's configuration, --mbsyncrc=FILE");
	path = path_absolute(found);
	free(found);
	return path;
}

/* Whether mbsync finds it by itself, whoever starts mswatch. */
static bool is_usual(const char *file, enum mbsync_version version)
{
	char *usual = mbsyncfile_usual(version);
	bool is = usual != NULL && strcmp(file, usual) == 0;

	free(usual);
	return is;
}

static void complain(void *context, enum mbsyncrc_problem problem, unsigned line,
                     const char *message)
{
	(void)context;
	(void)line;
	/* The rest is told when what is printed is looked at. */
	if (problem != MBSYNCRC_ADVICE)
		message_error("%s", message);
}

static struct mbsyncrc *read_file(const char *file, enum mbsync_version version)
{
	struct mbsyncrc *rc = mbsyncfile_read(file, version, complain, NULL);

	if (rc != NULL && !rc->refused)
		return rc;
	if (rc != NULL)
		message_fatal(1, "%s: mbsync refuses it: mend that first", file);
	message_fatal(1, "%s: %s%s", file, mbsyncfile_problem(errno),
	              errno == ENOENT ? "; mbsync has to work first: the README shows how" : "");
}

/* What the comments say, too; but these may not be read. */
static void warn(const struct init_plan *plan)
{
	for (size_t i = 0; i < plan->stores; i++) {
		const struct init_store *store = &plan->store[i];

		if (init_plan_is_elsewhere(plan, store))
			message_error("store %s: its account is on %s: is that mail on %s?",
			              store->store->name, store->store->account->host,
			              plan->request->host);
	}
}

static int show(const struct mbsyncrc *rc, const struct init_request *request)
{
	struct init_plan plan;
	char *fault = init_plan_make(&plan, rc, request), *text;
	int status;

	if (fault != NULL)
		message_fatal(1, "%s", fault);
	text = init_text(&plan);
	warn(&plan);
	if (!proof_check_text(text))
		exit(1);
	status = message_document(text);
	free(text);
	init_plan_free(&plan);
	return status;
}

int init_show(const char *name, const char *host, const char *file)
{
	enum mbsync_version version = ask_version();
	char *path = find_file(file, version);
	const struct init_request request = {
		.name = name,
		.host = host,
		.file = path,
		.told_file = is_usual(path, version) ? NULL : path,
		.watch_imap = is_installed("watch_imap"),
		.socketwatch = is_installed("socketwatch"),
	};
	struct mbsyncrc *rc = read_file(path, version);
	int status = show(rc, &request);

	mbsyncrc_free(rc);
	free(path);
	return status;
}
