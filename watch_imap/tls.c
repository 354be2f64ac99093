#include "tls.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"
#include "statuses.h"

/* --- the command line --- */

struct words {
	char **word;
	size_t count, room;
};

static void add(struct words *words, const char *word)
{
	words->word = memory_grow(words->word, &words->room, words->count + 2, sizeof *words->word);
	words->word[words->count++] = memory_copy(word);
	words->word[words->count] = NULL;
}

static void add_option(struct words *words, const char *option, const char *value)
{
	add(words, option);
	add(words, value);
}

/* An address of IPv4 or IPv6: certificates tell these otherwise than names. */
static bool is_address(const char *host, int family)
{
	struct in6_addr address;

	return inet_pton(family, host, &address) == 1;
}

static void add_host(struct words *words, const struct mbsyncrc_account *account)
{
	bool six = is_address(account->host, AF_INET6);
	char *place = memory_format(six ? "[%s]:%d" : "%s:%d", account->host, account->port);

	if (six || is_address(account->host, AF_INET)) {
		add_option(words, "-verify_ip", account->host);
	} else {
		add_option(words, "-verify_hostname", account->host);
		add_option(words, "-servername", account->host);
	}
	add_option(words, "-connect", place);
	free(place);
}

/* The system's certificates count besides CertificateFile, unless they are turned off. */
static void add_certificates(struct words *words, const struct mbsyncrc_account *account)
{
	if (account->certificates != NULL) {
		add_option(words, "-CAfile", account->certificates);
		add(words, "-partial_chain");
	} else if (!account->system_certificates) {
		add(words, "-no-CAfile");
	}
	if (!account->system_certificates) {
		add(words, "-no-CApath");
		add(words, "-no-CAstore");
	}
	if (account->client_certificate != NULL)
		add_option(words, "-cert", account->client_certificate);
	if (account->client_key != NULL)
		add_option(words, "-key", account->client_key);
	if (account->ciphers != NULL)
		add_option(words, "-cipher", account->ciphers);
}

/* Whether the list, +1.2, -1.3 or, before isync 1.5, TLSv1.2, turns the version off. */
static bool is_off(const struct mbsyncrc_words *list, const char *version)
{
	bool old = false, named = false, off = false;

	for (size_t i = 0; i < list->count; i++) {
		const char *word = list->word[i];

		if (*word == '+' || *word == '-') {
			off = strcmp(word + 1, version) == 0 ? *word == '-' : off;
			continue;
		}
		old = true;
		named |= strncasecmp(word, "TLSv", 4) == 0 &&
		         strcmp(strchr(word, '.') != NULL ? word + 4 : "1.0", version) == 0;
	}
	return old ? !named : off;
}

static void add_versions(struct words *words, const struct mbsyncrc_account *account)
{
	static const char *const versions[][2] = { { "1.0", "-no_tls1" },
		                                   { "1.1", "-no_tls1_1" },
		                                   { "1.2", "-no_tls1_2" },
		                                   { "1.3", "-no_tls1_3" } };

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		if (is_off(&account->tls_versions, versions[i][0]))
			add(words, versions[i][1]);
	}
}

char **tls_arguments(const struct mbsyncrc_account *account)
{
	/* -no_ign_eof behind -quiet, which turns it off */
	static const char *const always[] = { "openssl",
		                              "s_client",
		                              "-quiet",
		                              "-no_ign_eof",
		                              "-nocommands",
		                              "-verify_quiet",
		                              "-verify_return_error" };
	struct words words = { .word = NULL };

	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		add(&words, always[i]);
	add_host(&words, account);
	if (account->tls == MBSYNCRC_TLS_STARTTLS)
		add_option(&words, "-starttls", "imap");
	add_certificates(&words, account);
	add_versions(&words, account);
	return words.word;
}

void tls_free(char **arguments)
{
	for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i++)
		free(arguments[i]);
	free(arguments);
}

/* --- what it complains of --- */

static const struct {
	const char *said;
	int status;
	const char *meaning;
} complaints[] = {
	{ "error:num=62:", SESSION_MISCONFIGURED,
	  "the certificate is one of another host: give as Host the name that is in it" },
	{ "error:num=64:", SESSION_MISCONFIGURED,
	  "the certificate is not for this address: give as Host the name that is in it" },
	{ "error:num=10:", SESSION_MISCONFIGURED,
	  "the certificate has expired: the server's owner has to renew it (or is the clock wrong "
	  "here?)" },
	{ "error:num=9:", SESSION_MISCONFIGURED,
	  "the certificate is not valid yet: is the clock wrong here?" },
	{ "error:num=18:", SESSION_MISCONFIGURED,
	  "the certificate is self-signed: if it is the right one, save it in a file and name that "
	  "with CertificateFile" },
	{ "error:num=19:", SESSION_MISCONFIGURED,
	  "the certificate's authority is not known here: name a file with the authority's "
	  "certificate with CertificateFile" },
	{ "error:num=20:", SESSION_MISCONFIGURED,
	  "the certificate's authority is not known here: name a file with the authority's "
	  "certificate with CertificateFile, or install ca-certificates" },
	{ "error:num=21:", SESSION_MISCONFIGURED,
	  "the server does not send its whole chain of certificates: name a file with the missing "
	  "ones with CertificateFile" },
	{ "error:num=", SESSION_MISCONFIGURED, "the certificate is refused" },
	{ "wrong version number", SESSION_MISCONFIGURED,
	  "the server speaks no TLS on this port: STARTTLS is for port 143, IMAPS for 993" },
	{ "PEM_X509_INFO_read", SESSION_MISCONFIGURED,
	  "CertificateFile holds no whole certificate" },
	{ "Could not read client certificate", SESSION_MISCONFIGURED,
	  "openssl can't read ClientCertificate or ClientKey (does it want a passphrase?)" },
	{ "No such file or directory", SESSION_MISCONFIGURED,
	  "a file of certificates or a key is not there" },
	{ "Name or service not known", SESSION_DISCONNECTED,
	  "there is no such host, or no network" },
	{ "Temporary failure in name resolution", SESSION_DISCONNECTED,
	  "the name can't be looked up now" },
	{ "No address associated", SESSION_DISCONNECTED, "the name has no address" },
	{ "Connection refused", SESSION_DISCONNECTED, "nobody listens there" },
	{ "Connection timed out", SESSION_DISCONNECTED, "it does not answer" },
	{ "Network is unreachable", SESSION_DISCONNECTED, "there is no network to it" },
	{ "No route to host", SESSION_DISCONNECTED, "there is no way to it" },
};

char *tls_explain(const struct mbsyncrc_account *account, const char *messages, int *status)
{
	if (strstr(messages, "find STARTTLS in server response") != NULL) {
		*status = SESSION_MISCONFIGURED;
		return memory_format("%s, port %d: the server offers no STARTTLS: set %s IMAPS "
		                     "(port 993), or use a Tunnel",
		                     account->host, account->port, account->tls_keyword);
	}
	for (size_t i = 0; i < sizeof complaints / sizeof *complaints; i++) {
		if (strstr(messages, complaints[i].said) == NULL)
			continue;
		*status = complaints[i].status;
		return memory_format("%s, port %d: %s", account->host, account->port,
		                     complaints[i].meaning);
	}
	return NULL;
}
