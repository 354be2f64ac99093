#include "advice.h"

#include <stddef.h>
#include <string.h>

#define HOST_KEY \
	"the server's host key is not known here, or has changed: accept it once by hand (run the " \
	"ssh command in a terminal); with -o BatchMode=yes ssh never asks"
#define KEY \
	"the server takes no key that ssh could use: put it into the agent (ssh-add), which " \
	"SSH_AUTH_SOCK must name; with -o BatchMode=yes ssh never asks"
#define PASSPHRASE \
	"nobody can be asked for a passphrase: put the key into the agent (ssh-add; for gpg in a " \
	"PassCmd, gpg-agent), which SSH_AUTH_SOCK must name; with -o BatchMode=yes ssh never asks"
#define PASSWORD \
	"nobody can be asked for a password: give mbsync a PassCmd that does not ask, ssh a key " \
	"in the agent and -o BatchMode=yes"
#define TERMINAL \
	"there is no terminal to ask on: use -o BatchMode=yes and a key in the agent for ssh, a " \
	"PassCmd that does not ask for mbsync"

struct question {
	const char *words, *advice;
};

/* The first one that is found counts: a refused key may name passwords, too. */
static const struct question questions[] = {
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
	size_t i;

	for (i = 0; i < sizeof questions / sizeof questions[0]; i++)
		if (strstr(words, questions[i].words) != NULL)
			return questions[i].advice;
	return NULL;
}
