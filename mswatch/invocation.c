#include "invocation.h"

#include <string.h>

/* ssh(1), SYNOPSIS: the options with an argument. */
#define SSH_VALUED "BbcDEeFIiJLlmOoPpQRSWw"

static const struct invocation known[] = {
	{ "sh", READER_SHELL, "oO", "", 0, false },
	{ "ash", READER_SHELL, "oO", "", 0, false },
	{ "bash", READER_SHELL, "oO", "o:rcfile o:init-file", 0, false },
	{ "dash", READER_SHELL, "oO", "", 0, false },
	{ "fish", READER_SHELL, "Cdfo", "", 0, false },
	{ "ksh", READER_SHELL, "oO", "", 0, false },
	{ "mksh", READER_SHELL, "oO", "", 0, false },
	{ "zsh", READER_SHELL, "oO", "", 0, false },
	{ "ssh", READER_REMOTE, SSH_VALUED, "", 0, false },
	{ "autossh", READER_REMOTE, SSH_VALUED "M", "", 0, false },
	{ "busybox", READER_WRAPPER, "", "", 0, true },
	{ "chronic", READER_WRAPPER, "", "", 0, false },
	{ "chrt", READER_WRAPPER, "TPD", "", 1, false },
	{ "doas", READER_WRAPPER, "uC", "", 0, true },
	{ "env", READER_WRAPPER, "uCS", "u:unset C:chdir S:split-string", 0, false },
	{ "flock", READER_WRAPPER, "wE", "w:timeout E:conflict-exit-code", 1, false },
	{ "inputkill", READER_WRAPPER, "gt", "g:grace t:timeout", 0, false },
	{ "ionice", READER_WRAPPER, "cnpPu", "c:class n:classdata", 0, false },
	{ "nice", READER_WRAPPER, "n", "n:adjustment", 0, false },
	{ "nohup", READER_WRAPPER, "", "", 0, false },
	{ "setsid", READER_WRAPPER, "", "", 0, false },
	{ "socketwatch", READER_WRAPPER, "gt", "g:grace t:timeout", 0, false },
	{ "sshpass", READER_WRAPPER, "fdpP", "", 0, false },
	{ "stdbuf", READER_WRAPPER, "ioe", "i:input o:output e:error", 0, false },
	{ "sudo", READER_WRAPPER, "CDghpRrtTuU", "u:user g:group", 0, true },
	{ "timeout", READER_WRAPPER, "ks", "k:kill-after s:signal", 1, false },
	{ "watch_maildirs", READER_WATCHER, "mlsixp",
	  "m:maildir l:layout s:separator i:inbox x:exclude p:poll", 0, false },
	{ NULL, READER_PLAIN, "", "", 0, false },
};

const struct invocation *invocation_find(const char *program)
{
	const char *slash = strrchr(program, '/');
	const struct invocation *one = known;

	while (one->name != NULL && strcmp(one->name, slash != NULL ? slash + 1 : program) != 0)
		one++;
	return one;
}

/* The letter of a long option that has a value, or 0; the name may be cut short as in getopt(3). */
static char find_named(const char *named, const char *name, size_t length)
{
	const char *colon = named;

	while (length > 0 && (colon = strchr(colon, ':')) != NULL) {
		if (strncmp(colon + 1, name, length) == 0)
			return colon[-1];
		colon++;
	}
	return 0;
}

bool invocation_option(const struct invocation *invocation, const char *word,
                       struct invocation_option *option)
{
	const char *equals, *letter;

	*option = (struct invocation_option){ 0 };
	if (word[0] != '-' || word[1] == '\0')
		return false;
	if (word[1] == '-') {
		equals = strchr(word, '=');
		option->letter = find_named(invocation->named, word + 2, strcspn(word + 2, "="));
		option->value = equals != NULL ? equals + 1 : NULL;
		return true;
	}
	letter = word + 1 + strcspn(word + 1, invocation->valued);
	option->letter = *letter;
	option->value = *letter != '\0' && letter[1] != '\0' ? letter + 1 : NULL;
	return true;
}

bool invocation_is_script_option(const char *word)
{
	return word[0] == '-' && word[1] != '-' && strchr(word, 'c') != NULL;
}
