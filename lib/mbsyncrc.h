/*
 * The configuration of mbsync: file to stores, channels and groups, as mbsync
 * itself reads it.  Decides, reads no files; lib/mbsyncname.h says what a
 * mailbox is called.
 *
 * isync 1.4 and 1.5 differ; unless a comment names one it is true of both.
 * What mbsync refuses is told, and reading goes on: what the rest means stays
 * clear in most cases, and the one wrong line may not concern the channel.
 */
#ifndef LIB_MBSYNCRC_H
#define LIB_MBSYNCRC_H

#include <stdbool.h>
#include <stddef.h>

enum mbsync_version {
	MBSYNC_1_4,             /* names of mailboxes as the server writes them */
	MBSYNC_1_5              /* and later: names in UTF-8 */
};

enum mbsyncrc_tls {
	MBSYNCRC_TLS_NONE,
	MBSYNCRC_TLS_STARTTLS,
	MBSYNCRC_TLS_IMAPS
};

/* A list of words; NULL and 0 where there is none. */
struct mbsyncrc_words {
	char **word;
	size_t count, room;
};

/*
 * How a server is reached and logged in to.  Strings are NULL where nothing is
 * said.  What has a default is filled in, be the account complete or not.
 */
struct mbsyncrc_account {
	char *name;                     /* the account's, or that of its only store */
	unsigned line;                  /* where its section starts */
	char *host;
	int port;                       /* 143, or 993 for IMAPS, unless it is said */
	char *user, *user_command;      /* a + in front of a command: it asks on the terminal */
	char *pass, *pass_command;
	unsigned pass_line;             /* of Pass; 0: there is none */
	char *tunnel;                   /* for sh -c */
	enum mbsyncrc_tls tls;
	bool tls_said;                  /* in the file, or by default */
	bool tls_unknown;               /* what the file says of it is none of these */
	const char *tls_keyword;        /* the file's: TLSType or SSLType; else this version's */
	struct mbsyncrc_words tls_versions;     /* 1.5: +1.2 or -1.3; SSLVersions: TLSv1.2 */
	struct mbsyncrc_words mechanisms;       /* AuthMechs; none said: * */
	struct mbsyncrc_words disabled;         /* DisableExtensions */
	char *certificates, *client_certificate, *client_key;   /* files; mbsync refuses them
	                                                           where it can't read them */
	char *ciphers;
	bool system_certificates;
	int timeout_s;                  /* 0: none */
	int pipeline_depth;             /* 0: as it likes */
};

enum mbsyncrc_subfolders {
	MBSYNCRC_SUBFOLDERS_NONE,       /* not said: a folder below a folder is an error */
	MBSYNCRC_SUBFOLDERS_VERBATIM,
	MBSYNCRC_SUBFOLDERS_MAILDIRPP,
	MBSYNCRC_SUBFOLDERS_LEGACY
};

struct mbsyncrc_store {
	char *name;
	unsigned line;
	bool imap;                      /* else Maildir */
	char *path;                     /* NULL: none.  Maildir: ~ is the home; it is put before
	                                   the directories' names as it is.  IMAP: the server's
	                                   own spelling; "" turns the namespace off */
	unsigned path_line;
	char *flatten;                  /* what stands for / in the store's names, or NULL */
	char *map_inbox;                /* another name of INBOX, or NULL */
	/* Maildir */
	char *inbox;                    /* ~/Maildir unless it is said */
	unsigned inbox_line;
	enum mbsyncrc_subfolders subfolders;
	/* IMAP */
	struct mbsyncrc_account *account;       /* NULL: one that does not exist */
	bool own_account;               /* its options stand in the store's section */
	char delimiter;                 /* PathDelimiter, or '\0' */
	bool use_namespace, subscribed_only;
};

enum mbsyncrc_side {
	MBSYNCRC_FAR,
	MBSYNCRC_NEAR
};

struct mbsyncrc_channel {
	char *name;
	unsigned line;
	struct mbsyncrc_store *store[2]; /* by side; NULL: none, or one that does not exist */
	char *box[2];           /* "": none.  With Patterns the store's prefix, else its mailbox */
	struct mbsyncrc_words patterns;
	unsigned patterns_line;         /* 0: no Patterns, one mailbox */
};

/* A channel in a group, or the whole of one. */
struct mbsyncrc_member {
	const struct mbsyncrc_channel *channel; /* NULL: one that does not exist */
	char *written;                  /* as in the file: CHANNEL or CHANNEL:BOX,BOX */
	bool chosen;                    /* these boxes only, whatever the Patterns; "" is INBOX */
	struct mbsyncrc_words boxes;
};

struct mbsyncrc_group {
	char *name;
	unsigned line;
	struct mbsyncrc_member *member;
	size_t count, room;
};

/* All sections, in the order of the file; of two of a kind and name the first counts. */
struct mbsyncrc {
	enum mbsync_version version;
	struct mbsyncrc_account **account;
	struct mbsyncrc_store **store;
	struct mbsyncrc_channel **channel;
	struct mbsyncrc_group **group;
	size_t accounts, stores, channels, groups;
	size_t account_room, store_room, channel_room, group_room;
	bool refused;                   /* mbsync refuses the file, so no run can succeed */
};

/* Where a file is read, and by which mbsync. */
struct mbsyncrc_place {
	const char *file;               /* its name for what is told */
	const char *home;               /* $HOME */
	const char *directory;          /* 1.5: what relative paths start at; NULL or "": nothing */
	/* the home of ~user, or NULL; it stays as long as the place does */
	const char *(*home_of)(void *context, const char *user);
	void *context;
	enum mbsync_version version;
	bool own_tls;                   /* 1.4: TLSType and TLSVersions count as in 1.5, too */
};

/* How many sections of a kind are read at the most: one more is told, and left out. */
enum { MBSYNCRC_MOST = 4096 };

enum mbsyncrc_problem {
	MBSYNCRC_REFUSED_LINE,          /* mbsync refuses the file for this line */
	MBSYNCRC_REFUSED_SECTION,       /* and for what this section as a whole says */
	MBSYNCRC_ADVICE                 /* mbsync takes it; it is hardly what was meant */
};

/*
 * One problem: message is `FILE:LINE: what: hint`, without program name and
 * newline.  Lines are counted as mbsync does, where a line over 1022 bytes is
 * several.
 */
typedef void mbsyncrc_complain(void *context, enum mbsyncrc_problem problem, unsigned line,
                               const char *message);

/* The section of that name, or NULL. */
struct mbsyncrc_account *mbsyncrc_account(const struct mbsyncrc *rc, const char *name);
struct mbsyncrc_store *mbsyncrc_store(const struct mbsyncrc *rc, const char *name);
struct mbsyncrc_channel *mbsyncrc_channel(const struct mbsyncrc *rc, const char *name);
struct mbsyncrc_group *mbsyncrc_group(const struct mbsyncrc *rc, const char *name);

/*
 * Where a Maildir store's INBOX lies below its Path, if it is there that
 * mbsync finds it: what follows Path in Inbox.  NULL where it lies elsewhere,
 * and where a / at its end hides it.
 */
const char *mbsyncrc_nested_inbox(const struct mbsyncrc_store *store);

#endif
