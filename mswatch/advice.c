#include "advice.h"

#include <stddef.h>
#include <string.h>

#define HOST_KEY \
	"the server's host key is not known here: accept it once by hand (run the ssh command in " \
	"a terminal); with -o BatchMode=yes ssh never asks"
#define HOST_KEY_CHANGED \
	"the server's host key is another one than before: find out why, and only then remove " \
	"the old one (ssh-keygen -R)"
#define KEY \
	"the server takes no key that ssh could use: put it into the agent (ssh-add), which " \
	"SSH_AUTH_SOCK must name; with -o BatchMode=yes ssh never asks"
#define PASSPHRASE \
	"nobody can be asked for a passphrase: put the key into the agent (ssh-add; for gpg in a " \
	"PassCmd, gpg-agent), which SSH_AUTH_SOCK must name; with -o BatchMode=yes ssh never asks"
#define KEY_FILE \
	"ssh takes no key that others may read: chmod 600 its file"
#define PASS_COMMAND \
	"PassCmd has no terminal to ask on: unlock its agent before (gpg-agent), or let it use a " \
	"pinentry with a window of its own"
#define PASSWORD \
	"nobody can be asked for a password: give mbsync a PassCmd that does not ask, ssh a key " \
	"in the agent and -o BatchMode=yes"
#define TERMINAL \
	"there is no terminal to ask on: use -o BatchMode=yes and a key in the agent for ssh, a " \
	"PassCmd that does not ask for mbsync"

/* Advice NULL: these words, which another entry would find, ask nothing. */
struct question {
	const char *words, *advice;
};

/* The first one that is found counts: a refused key may name passwords, too. */
static const struct question questions[] = {
	{ "assword is being sent in the clear", NULL },
	{ "PassCmd exited with status", PASS_COMMAND },
	{ "Inappropriate ioctl for device", PASS_COMMAND },
	{ "has changed and you have requested strict checking", HOST_KEY_CHANGED },
	{ "bad permissions", KEY_FILE },
	{ "Host key verification failed", HOST_KEY },
	{ "Permission denied (publickey", KEY },
	{ "passphrase", PASSPHRASE },
	{ "assword", PASSWORD },
	{ "/dev/tty", TERMINAL },
	{ "was stopped by SIGTTIN", TERMINAL },
	{ "was stopped by SIGTTOU", TERMINAL },
	{ "was stopped by SIGTSTP", TERMINAL },
};

const char *advice_for(const char *words)
{
	for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++)
		if (strstr(words, questions[i].words) != NULL)
			return questions[i].advice;
	return NULL;
}
