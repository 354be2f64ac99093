#include "init_text.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/config.h"
#include "message.h"

/* The options that keep it from asking, from hanging, and from joining another connection. */
#define SSH \
	"ssh -S none -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=30 " \
	"-o ServerAliveCountMax=3"

#define REMOTE_WATCHER "inputkill watch_maildirs -s /"

/* What it is, and its name. */
static const char head[] =
	"# ~/.mswatchrc - mswatch for mbsync's %s %s, as `mswatch --init` wrote it.\n"
	"#\n"
	"# To be tried, in this order:\n";

/* The host, twice. */
static const char try_ssh[] =
	"#   ssh -o BatchMode=yes %s true\n"
	"#       asks nothing and prints nothing: that wants a key that ssh-agent holds,\n"
	"#       or one for this alone (SECURITY in the README)\n"
	"#   ssh -o BatchMode=yes %s " REMOTE_WATCHER "\n"
	"#       an empty line at once, INBOX when a message comes; ^C ends it\n";

static const char before_sync[] =
	"#   mswatch -t\n"
	"#       how this is understood, and no warning\n"
	"#   mswatch --check\n"
	"#       each store is ready, and mbsync lists the mailboxes; nothing is synced\n"
	"#   mswatch -v\n"
	"#       \"Watching mailstores\", and then INBOX and all are synced\n"
	"# mswatchrc(5) explains each setting; mswatchrc.sample shows those that are not here.\n"
	"\n"
	"# --- When ---\n"
	"\n"
	"# From a mailbox's first change to its sync, and between two syncs of one mailbox;\n"
	"# times may bear s, m, h or d.  Busy mailboxes may have their own.\n"
	"base_delay 1\n"
	"inter_delay 10\n"
	"#inter_delay 5m lists/linux-kernel\n"
	"\n"
	"# Changes of these are not acted on; they are synced whenever all mailboxes are.\n"
	"#ignore Trash Spam\n"
	"\n"
	"# --- What ---\n"
	"\n";

static const char with_socketwatch[] =
	"# socketwatch ends mbsync when it has moved no data for a minute.\n"
	"sync socketwatch -t 60 mbsync -q";

static const char without_socketwatch[] =
	"# `sync socketwatch -t 60 mbsync -q` is better: it ends an mbsync that hangs.  But\n"
	"# socketwatch was not found.\n"
	"sync mbsync -q";

static const char before_channel[] =
	"\n"
	"# What mailboxes are called, and which are synced at all, stands in mbsync's own\n"
	"# configuration; `mswatch --reload` reads a new one.\n";

static const char before_stores[] =
	"\n"
	"# --- Stores, by their names in mbsync's configuration ---\n";

static const char about_maildir[] =
	"# A Maildir here.  Where it lies, and how, watch_maildirs knows by the store's name.\n";

static const char about_waiting[] =
	"# -w waits for the Maildir where mbsync is still to make it, at its first sync.\n";

static const char about_echo[] =
	"# -e does not report what mbsync has just stored here itself, so that a message on\n"
	"# the other side costs one sync, not two.\n";

static const char about_sharing[] =
	"# Two channels may hold the same mailbox of it, so what one of them stores here is\n"
	"# news for the other: no -e.\n";

static const char required[] =
	"\n"
	"\t# Is it on a disk, or in an encrypted directory, that may not be mounted?  Then\n"
	"\t# nothing is synced before it is there.\n"
	"\t#required\n";

static const char about_imap[] =
	"# The server, over IMAP: watch_imap logs in with what stands in the store.\n";

static const char about_server[] =
	"# The server, over ssh: inputkill ends its watcher together with the connection.\n"
	"# What mswatch can't know from here:\n"
	"# - Are inputkill and watch_maildirs installed there, in the PATH of that ssh command\n"
	"#   (~/bin may not be in it)?  Whole paths will do:\n"
	"#       ~/bin/inputkill ~/bin/watch_maildirs -s /\n"
	"# - Where does the mail lie there, and how?  This watches ~/Maildir, with folders like\n"
	"#   .a.b (Maildir++).  Dovecot tells, on the server: `doveconf mail_location`, since\n"
	"#   2.4 `doveconf mail_path mailbox_list_layout`.\n"
	"#       maildir:~/Maildir           inputkill watch_maildirs -s /\n"
	"#       maildir:~/Mail              inputkill watch_maildirs -s / -m ~/Mail\n"
	"#       maildir:~/Mail:LAYOUT=fs    inputkill watch_maildirs -l verbatim -i . -m ~/Mail\n"
	"#       mbox:~/mail:INBOX=/var/mail/%u  inputkill watch_mboxes\n"
	"#       mbox:~/mail                 inputkill watch_mboxes -i inbox\n"
	"#   In it %h is your home there, %u your user name, %n and %d its parts.\n"
	"# Names of folders that are not ASCII are understood as Dovecot stores them.\n";

/* The Path. */
static const char about_path[] =
	"# The store has Path %s: this is right where the server calls all folders so, and not\n"
	"# where its mail lies in directories called .INBOX.a.\n";

static const char about_namespace[] =
	"# The store uses no namespace: this is right where the server has none, and calls no\n"
	"# folder INBOX.a that lies in the directory .a.\n";

/* The account's host, and the one that is watched. */
static const char about_host[] =
	"# ATTENTION: this store's account is on %s; is that mail on %s?\n";

static bool uses_ssh(const struct init_plan *plan)
{
	for (size_t i = 0; i < plan->stores; i++) {
		if (plan->store[i].way == INIT_SSH)
			return true;
	}
	return false;
}

static void write_head(FILE *out, const struct init_plan *plan)
{
	const char *host = plan->request->host;

	fprintf(out, head, plan->group ? "Group" : "Channel", plan->request->name);
	if (uses_ssh(plan))
		fprintf(out, try_ssh, host, host);
	fputs(before_sync, out);
}

static void write_setting(FILE *out, const char *name, const char *value)
{
	fputs(name, out);
	putc(' ', out);
	config_write_word(out, value);
}

/* Whether what mbsync is given looks like an option. */
static bool has_dash(const struct init_plan *plan)
{
	bool has = plan->request->name[0] == '-';

	for (size_t i = 0; i < plan->channels; i++)
		has = has || plan->channel[i]->name[0] == '-';
	return has;
}

static void write_sync(FILE *out, const struct init_plan *plan)
{
	const struct init_request *request = plan->request;

	fputs(request->socketwatch ? with_socketwatch : without_socketwatch, out);
	if (request->told_file != NULL)
		write_setting(out, " -c", request->told_file);
	fputs(has_dash(plan) ? " --\n" : "\n", out);
	fputs(before_channel, out);
	write_setting(out, "channel", request->name);
	if (request->told_file != NULL)
		write_setting(out, "", request->told_file);
	putc('\n', out);
}

/* --- stores --- */

/* Whether there is nothing to watch before mbsync has made the store's INBOX. */
static bool is_inbox_all(const struct init_store *store)
{
	return store->store->subfolders == MBSYNCRC_SUBFOLDERS_MAILDIRPP ||
	       store->store->path == NULL;
}

static void explain_maildir(FILE *out, const struct init_store *store)
{
	fputs(about_maildir, out);
	if (is_inbox_all(store))
		fputs(about_waiting, out);
	fputs(store->shared ? about_sharing : about_echo, out);
}

static void explain_server(FILE *out, const struct init_plan *plan, const struct init_store *store)
{
	const char *path = store->store->path;

	fputs(about_server, out);
	if (path != NULL && *path != '\0')
		fprintf(out, about_path, path);
	else if (path != NULL || !store->store->use_namespace)
		fputs(about_namespace, out);
	if (init_plan_is_elsewhere(plan, store))
		fprintf(out, about_host, store->store->account->host, plan->request->host);
}

static void explain_store(FILE *out, const struct init_plan *plan, const struct init_store *store)
{
	switch (store->way) {
	case INIT_MAILDIR: explain_maildir(out, store); break;
	case INIT_SSH: explain_server(out, plan, store); break;
	case INIT_IMAP: fputs(about_imap, out); break;
	}
}

/* A watcher that looks the store up in mbsync's configuration. */
static void write_watcher(FILE *out, const struct init_plan *plan, const char *program,
                          const char *before, const char *store)
{
	fputs(program, out);
	if (plan->request->told_file != NULL)
		write_setting(out, " -c", plan->request->told_file);
	write_setting(out, before, store);
}

static void write_watch(FILE *out, const struct init_plan *plan, const struct init_store *store)
{
	const char *name = store->store->name;

	fputs("\twatch ", out);
	switch (store->way) {
	case INIT_MAILDIR:
		write_watcher(out, plan,
		              is_inbox_all(store) ? "watch_maildirs -w" : "watch_maildirs", " -S",
		              name);
		fprintf(out, "%s\n%s", store->shared ? "" : " -e", required);
		break;
	case INIT_SSH:
		write_setting(out, SSH, plan->request->host);
		fputs(" " REMOTE_WATCHER "\n", out);
		break;
	case INIT_IMAP:
		write_watcher(out, plan, "watch_imap", name[0] == '-' ? " --" : "", name);
		putc('\n', out);
		break;
	}
}

static void write_store(FILE *out, const struct init_plan *plan, const struct init_store *store)
{
	putc('\n', out);
	explain_store(out, plan, store);
	write_setting(out, "store", store->store->name);
	fputs(" {\n", out);
	write_watch(out, plan, store);
	fputs("}\n", out);
}

char *init_text(const struct init_plan *plan)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	if (out != NULL) {
		write_head(out, plan);
		write_sync(out, plan);
		fputs(before_stores, out);
		for (size_t i = 0; i < plan->stores; i++)
			write_store(out, plan, &plan->store[i]);
	}
	if (out == NULL || ferror(out) || fclose(out) != 0)
		message_fatal(1, "out of memory");
	return text;
}
