#include "invocation.h"

#include <string.h>

/* ssh(1), SYNOPSIS: the options with an argument. */
#define SSH_VALUED "BbcDEeFIiJLlmOoPpQRSWw"

static const struct invocation known[] = {
	{ "sh", READER_SHELL, "oO", .named = "" },
	{ "ash", READER_SHELL, "oO", .named = "" },
	{ "bash", READER_SHELL, "oO", .named = "o:rcfile o:init-file" },
	{ "dash", READER_SHELL, "oO", .named = "" },
	{ "fish", READER_SHELL, "Cdfo", .named = "" },
	{ "ksh", READER_SHELL, "oO", .named = "" },
	{ "mksh", READER_SHELL, "oO", .named = "" },
	{ "zsh", READER_SHELL, "oO", .named = "" },
	{ "ssh", READER_REMOTE, SSH_VALUED, .named = "" },
	{ "autossh", READER_REMOTE, SSH_VALUED "M", .named = "" },
	{ "busybox", READER_WRAPPER, "", "", .elsewhere = true },
	{ "chronic", READER_WRAPPER, "", .named = "" },
	{ "chrt", READER_WRAPPER, "TPD", "", .operands = 1 },
	{ "doas", READER_WRAPPER, "uC", "", .elsewhere = true },
	{ "env", READER_WRAPPER, "uCS", "u:unset C:chdir S:split-string", .assigns = true,
	  .passes = true, .opaque = "S" },
	{ "flock", READER_WRAPPER, "wE", "w:timeout E:conflict-exit-code", .operands = 1 },
	{ "inputkill", READER_WRAPPER, "gt", "g:grace t:timeout", .passes = true },
	{ "ionice", READER_WRAPPER, "cnpPu", "c:class n:classdata", .passes = true,
	  .opaque = "pPu" },
	{ "nice", READER_WRAPPER, "n", "n:adjustment", .passes = true },
	{ "nohup", READER_WRAPPER, "", .named = "" },
	{ "setsid", READER_WRAPPER, "", "", .passes = true },
	{ "socketwatch", READER_WRAPPER, "gt", "g:grace t:timeout", .passes = true },
	{ "sshpass", READER_WRAPPER, "fdpP", .named = "" },
	{ "stdbuf", READER_WRAPPER, "ioe", .named = "i:input o:output e:error" },
	{ "sudo", READER_WRAPPER, "CDghpRrtTuU", "u:user g:group", .elsewhere = true },
	{ "timeout", READER_WRAPPER, "ks", "k:kill-after s:signal", .operands = 1, .passes = true },
	{ "watch_imap", READER_WATCHER, "cikpxn",
	  .named = "c:config i:idle k:keep p:poll x:exclude n:names" },
	{ "watch_maildirs", READER_WATCHER, "mlsixpScn",
	  .named = "m:maildir l:layout s:separator i:inbox x:exclude p:poll S:store c:config "
	           "n:names" },
	{ "watch_mboxes", READER_WATCHER, "misnxp",
	  .named = "m:mboxes i:inbox s:separator n:names x:exclude p:poll" },
	{ NULL, READER_PLAIN, "", .named = "" },
};

const char *invocation_name(const char *program)
{
	const char *slash = strrchr(program, '/');

	return slash != NULL ? slash + 1 : program;
}

const struct invocation *invocation_find(const char *program)
{
	const struct invocation *one = known;

	while (one->name != NULL && strcmp(one->name, invocation_name(program)) != 0)
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

static void find_value(const struct invocation *invocation, const char *word,
                       struct invocation_option *option)
{
	const char *value;

	if (word[1] == '-') {
		value = strchr(word, '=');
		option->letter = find_named(invocation->named, word + 2, strcspn(word + 2, "="));
	} else {
		value = word + 1 + strcspn(word + 1, invocation->valued);
		option->letter = *value;
	}
	if (value != NULL && value[0] != '\0' && (word[1] == '-' || value[1] != '\0'))
		option->value = value + 1;
}

bool invocation_option(const struct invocation *invocation, const char *word,
                       struct invocation_option *option)
{
	*option = (struct invocation_option){ .is_last = strcmp(word, "--") == 0, .length = 1 };
	if (word[0] != '-' || (word[1] == '\0' && !invocation->assigns))
		return false;
	find_value(invocation, word, option);
	if (option->letter != '\0' && option->value == NULL)
		option->length = 2;
	option->is_opaque = option->letter != '\0' && invocation->opaque != NULL &&
	                    strchr(invocation->opaque, option->letter) != NULL;
	return true;
}

bool invocation_is_operand(const struct invocation *invocation, const char *word, size_t index)
{
	return index < invocation->operands ||
	       (invocation->assigns && strchr(word, '=') != NULL);
}

bool invocation_is_script_option(const char *word)
{
	return word[0] == '-' && word[1] != '-' && strchr(word, 'c') != NULL;
}

char *const *invocation_behind(const struct invocation *invocation, char *const *word)
{
	struct invocation_option option = { 0 };

	for (word++; *word != NULL && !option.is_last; word += option.length) {
		if (!invocation_option(invocation, *word, &option))
			break;
		if (option.is_opaque || (option.length > 1 && word[1] == NULL))
			return NULL;
	}
	for (size_t i = 0; *word != NULL && invocation_is_operand(invocation, *word, i); i++)
		word++;
	return word;
}

char *const *invocation_search(char *const *words, const char *name)
{
	while (*words != NULL && strcmp(invocation_name(*words), name) != 0)
		words++;
	return *words != NULL ? words : NULL;
}

const char *invocation_value(char *const *words, char letter)
{
	const struct invocation *invocation = invocation_find(*words);
	struct invocation_option option = { 0 };

	for (words++; *words != NULL && !option.is_last; words += option.length) {
		const char *value;

		if (!invocation_option(invocation, *words, &option))
			break;
		value = option.value != NULL ? option.value : words[1];
		if (value == NULL)
			break;
		if (option.letter == letter)
			return value;
	}
	return NULL;
}
