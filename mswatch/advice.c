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

#define NOT_FOUND \
	"install it where it is to run, or write its whole path (the PATH of a command that ssh " \
	"runs may be a short one)"
#define PROCESSOR \
	"it was built for another processor: install there what is built for the one that " \
	"`uname -m` names there"
#define NAME \
	"the server's name is misspelt, or there is no network: `getent hosts NAME` tries it"
#define REFUSED \
	"nothing listens there: check host and port, and whether the server runs"
#define UNREACHABLE \
	"there is no way to the server from here: check its name, the network, a VPN and firewalls"
#define CLOSED \
	"the server has closed the connection: check the port; its log may say why"
#define SILENT_WATCHER \
	"the server, or the watcher, says nothing: check host and port; run the watch line by " \
	"hand, with ssh -v where it is ssh"
#define SILENT_SYNCER \
	"the mail server says nothing: check Host and Port, and run the syncer by hand"
#define NO_MAILDIR \
	"name the directory where the mail is with -m DIRECTORY, or, if the first sync is to " \
	"make it, add -w"
#define STORE_MAILDIR \
	"if the first sync is to make it, add -w to watch_maildirs; else mend mbsync's " \
	"configuration"
#define NOT_MAILDIR \
	"name another directory with -m DIRECTORY, say with -l and -i how mail lies in this one, " \
	"or, if its first mail is still to come, add -w"
#define WAITS \
	"it waits (-w) until that is there: if the first mail is still to make it, all is well; " \
	"else name the directory where the mail is"
#define UNREADABLE \
	"whoever runs it there must be able to read it: chmod u+rwx it and the directories above " \
	"it, or chown it"
#define CHANNEL \
	"name it as mbsync's configuration does: upper and lower case differ"
#define REFUSED_PASSWORD \
	"the mail server refuses User or password: run what PassCmd is by hand, and see what it " \
	"prints"
#define SELF_SIGNED \
	"if the mail server's certificate is the right one, save it in a file and name that with " \
	"CertificateFile in mbsync's configuration (watch_imap(1) shows how)"
#define AUTHORITY \
	"the authority of the mail server's certificate is not known here: install " \
	"ca-certificates, or name a file that has the authority's with CertificateFile in " \
	"mbsync's configuration"
#define OWNER \
	"the mail server's certificate is for another name: give as Host, in mbsync's " \
	"configuration, the one that is in it"
#define EXPIRED \
	"the mail server's owner has to renew its certificate, or the clock is wrong here"
#define FULL \
	"free some space there"

/* Who says this says what to do. */
#define SAID ""

/* Advice NULL: these words, which another entry would find, ask nothing. */
struct question {
	const char *words, *advice;
};

/* The first one that is found counts: a refused key may name passwords, too. */
static const struct question questions[] = {
	{ "assword is being sent in the clear", NULL },
	{ "password would be sent in clear text", NULL },
	{ "others can read the password", NULL },
	{ "by hand, and see what it prints", NULL },
	{ "; check User and Pass in", NULL },
	{ "the login was refused", REFUSED_PASSWORD },
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

/* What comes and goes by itself, but is a mistake where nothing has worked yet. */
static const struct question first_questions[] = {
	{ "by hand, and see what it prints", SAID },
	{ "; check User and Pass in", SAID },
	{ "not found in PATH", NOT_FOUND },
	{ "command not found", NOT_FOUND },
	{ "(status 127)", NOT_FOUND },
	{ "xec format error", PROCESSOR },
	{ "resolve hostname", NAME },
	{ "Cannot resolve", NAME },
	{ "Name or service not known", NAME },
	{ "there is no such host", NAME },
	{ "Connection refused", REFUSED },
	{ "nobody listens there", REFUSED },
	{ "No route to host", UNREACHABLE },
	{ "etwork is unreachable", UNREACHABLE },
	{ "imed out", UNREACHABLE },
	{ "Connection reset", CLOSED },
	{ "Connection closed", CLOSED },
	{ "which watch_mboxes is for", SAID },
	{ "there is no such Maildir", NO_MAILDIR },
	{ "of mbsync's store", STORE_MAILDIR },
	{ "not a Maildir", NOT_MAILDIR },
	{ "Permission denied", UNREADABLE },
	{ "No channel or group named", CHANNEL },
	{ "AUTHENTICATIONFAILED", REFUSED_PASSWORD },
	{ "certificate in certificate chain", AUTHORITY },
	{ "self-signed certificate", SELF_SIGNED },
	{ "self signed certificate", SELF_SIGNED },
	{ "unable to get local issuer certificate", AUTHORITY },
	{ "unable to verify the first certificate", AUTHORITY },
	{ "certificate owner does not match", OWNER },
	{ "certificate has expired", EXPIRED },
	{ "certificate is not yet valid", EXPIRED },
	{ "No space left on device", FULL },
	{ "with CertificateFile", SAID },
	{ "give as Host the name", SAID },
	{ "the server's owner has to", SAID },
	{ "set TLSType", SAID },
	{ "set SSLType", SAID },
	{ "has to be None, STARTTLS or IMAPS", SAID },
	{ "STARTTLS is for port 143", SAID },
	{ "openssl is not installed", SAID },
	{ "yet; waiting for it", WAITS },
	{ "was not ready after", SILENT_WATCHER },
	{ "has not ended after", SILENT_SYNCER },
	{ "(status 124)", SILENT_SYNCER },
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static const char *find(const struct question *list, size_t count, const char *words)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(words, list[i].words) != NULL)
			return list[i].advice;
	return NULL;
}

const char *advice_for(const char *words)
{
	return find(questions, COUNT(questions), words);
}

const char *advice_at_first(const char *words)
{
	return find(first_questions, COUNT(first_questions), words);
}
