#include "mbsyncrc_account.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "memory.h"

struct mbsyncrc_draft mbsyncrc_draft_new(const char *name, unsigned line)
{
	struct mbsyncrc_draft draft = { .account = memory_new(1, sizeof *draft.account) };

	draft.account->name = memory_copy(name);
	draft.account->line = line;
	draft.account->system_certificates = true;
	draft.account->timeout_s = 20;
	return draft;
}

/* --- values --- */

static bool is_one_of(const char *word, const char *const *list)
{
	while (*list != NULL && strcasecmp(word, *list) != 0)
		list++;
	return *list != NULL;
}

/* 1.4 takes URLs, too. */
static void read_host(struct mbsyncrc_reader *reader, struct mbsyncrc_account *account)
{
	const char *host = reader->value;

	if (reader->place->version == MBSYNC_1_4) {
		if (strncasecmp(host, "imaps:", 6) == 0) {
			host += 6;
			account->tls = MBSYNCRC_TLS_IMAPS;
			account->tls_said = true;
		} else if (strncasecmp(host, "imap:", 5) == 0) {
			host += 5;
		}
		if (strncmp(host, "//", 2) == 0)
			host += 2;
	}
	free(account->host);
	account->host = memory_copy(host);
}

static void read_port(struct mbsyncrc_reader *reader, struct mbsyncrc_account *account)
{
	account->port = mbsyncrc_read_number(reader);
	if (account->port < 0 || account->port > 65535)
		mbsyncrc_refuse(reader, "%s is no port: 1 to 65535", reader->value);
}

static void read_tls(struct mbsyncrc_reader *reader, struct mbsyncrc_account *account)
{
	static const char *const types[] = { "None", "STARTTLS", "IMAPS" };

	account->tls_keyword = mbsyncrc_keyword(reader, "SSLType") ? "SSLType" : "TLSType";
	account->tls_unknown = false;
	for (int type = MBSYNCRC_TLS_NONE; type <= MBSYNCRC_TLS_IMAPS; type++) {
		if (!mbsyncrc_value(reader, types[type]))
			continue;
		account->tls = (enum mbsyncrc_tls)type;
		account->tls_said = true;
		return;
	}
	account->tls_unknown = true;
	mbsyncrc_refuse(reader, "%s %s: None, STARTTLS or IMAPS", reader->keyword, reader->value);
}

/* All words, which have to be in the list. */
static void read_known(struct mbsyncrc_reader *reader, struct mbsyncrc_words *words,
                       const char *const *list, const char *what)
{
	size_t first = words->count;

	mbsyncrc_read_words(reader, words);
	for (size_t i = first; i < words->count; i++) {
		if (!is_one_of(words->word[i], list))
			mbsyncrc_refuse(reader, "%s is no %s that mbsync knows", words->word[i],
			                what);
	}
}

static void read_versions(struct mbsyncrc_reader *reader, struct mbsyncrc_words *versions)
{
	static const char *const list[] = { "+1.0", "+1.1", "+1.2", "+1.3", "-1.0",
		                            "-1.1", "-1.2", "-1.3", NULL };

	read_known(reader, versions, list, "version of TLS, with + or - in front,");
}

static void read_old_versions(struct mbsyncrc_reader *reader, struct mbsyncrc_words *versions)
{
	static const char *const list[] = { "SSLv2",   "SSLv3",   "TLSv1", "TLSv1.1",
		                            "TLSv1.2", "TLSv1.3", NULL };

	read_known(reader, versions, list, "version of TLS");
}

static void read_disabled(struct mbsyncrc_reader *reader, struct mbsyncrc_words *disabled)
{
	/* the latter half is 1.5's */
	static const char *const list[] = { "LOGINDISABLED", "STARTTLS",         "SASL-IR",
		                            "LITERAL+",      "UIDPLUS",          "NAMESPACE",
		                            "MOVE",          "COMPRESS=DEFLATE", NULL };
	static const char *const more[] = { "LOGINDISABLED",
		                            "STARTTLS",
		                            "SASL-IR",
		                            "LITERAL+",
		                            "UIDPLUS",
		                            "NAMESPACE",
		                            "MOVE",
		                            "COMPRESS=DEFLATE",
		                            "IMAP4REV1",
		                            "LITERAL-",
		                            "UTF8=ACCEPT",
		                            "UTF8=ONLY",
		                            NULL };

	read_known(reader, disabled, reader->place->version == MBSYNC_1_4 ? list : more,
	           "extension of IMAP");
}

static void read_pass(struct mbsyncrc_reader *reader, struct mbsyncrc_account *account)
{
	if (account->pass != NULL)
		explicit_bzero(account->pass, strlen(account->pass));
	mbsyncrc_read_string(reader, &account->pass);
	account->pass_line = reader->line;
}

static void read_file(struct mbsyncrc_reader *reader, char **file)
{
	free(*file);
	*file = mbsyncrc_read_path(reader);
}

/* --- options --- */

static bool read_login(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft)
{
	struct mbsyncrc_account *account = draft->account;

	if (mbsyncrc_keyword(reader, "User")) {
		mbsyncrc_read_string(reader, &account->user);
	} else if (mbsyncrc_keyword(reader, "UserCmd")) {
		mbsyncrc_read_string(reader, &account->user_command);
	} else if (mbsyncrc_keyword(reader, "Pass")) {
		read_pass(reader, account);
	} else if (mbsyncrc_keyword(reader, "PassCmd")) {
		mbsyncrc_read_string(reader, &account->pass_command);
	} else if (mbsyncrc_keyword(reader, "AuthMech") || mbsyncrc_keyword(reader, "AuthMechs")) {
		mbsyncrc_read_words(reader, &account->mechanisms);
	} else if (mbsyncrc_keyword(reader, "RequireCRAM")) {
		draft->require_cram = mbsyncrc_read_bool(reader);
		draft->old_login = true;
	} else {
		return false;
	}
	return true;
}

static bool read_connection(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft)
{
	struct mbsyncrc_account *account = draft->account;

	if (mbsyncrc_keyword(reader, "Host")) {
		read_host(reader, account);
	} else if (mbsyncrc_keyword(reader, "Port")) {
		read_port(reader, account);
	} else if (mbsyncrc_keyword(reader, "Tunnel")) {
		mbsyncrc_read_string(reader, &account->tunnel);
	} else if (mbsyncrc_keyword(reader, "Timeout")) {
		account->timeout_s = mbsyncrc_read_number(reader);
	} else if (mbsyncrc_keyword(reader, "PipelineDepth")) {
		account->pipeline_depth = mbsyncrc_read_number(reader);
		if (account->pipeline_depth < 1)
			mbsyncrc_refuse(reader, "PipelineDepth has to be 1 or more");
	} else if (mbsyncrc_keyword(reader, "DisableExtension") ||
	           mbsyncrc_keyword(reader, "DisableExtensions")) {
		read_disabled(reader, &account->disabled);
	} else {
		return false;
	}
	return true;
}

/* What 1.4 still knows from before TLSType was SSLType. */
static bool read_old_tls(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft)
{
	static const char *const ignored[] = { "UseSSLv2", "UseSSLv3", NULL };
	static const char *const choices[] = { "RequireSSL", "UseTLSv1",   "UseTLSv1.1",
		                               "UseTLSv1.2", "UseTLSv1.3", NULL };

	if (mbsyncrc_keyword(reader, "UseIMAPS")) {
		draft->use_imaps = mbsyncrc_read_bool(reader);
		draft->old_tls = true;
	} else if (is_one_of(reader->keyword, choices)) {
		mbsyncrc_read_bool(reader);
		draft->old_tls = true;
	} else if (!is_one_of(reader->keyword, ignored)) {
		return false;
	}
	return true;
}

static bool read_security(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft)
{
	struct mbsyncrc_account *account = draft->account;
	bool is_new = reader->place->version != MBSYNC_1_4;
	bool knows_tls = is_new || reader->place->own_tls;

	if (mbsyncrc_keyword(reader, "SSLType") ||
	    (knows_tls && mbsyncrc_keyword(reader, "TLSType"))) {
		read_tls(reader, account);
	} else if (knows_tls && mbsyncrc_keyword(reader, "TLSVersions")) {
		read_versions(reader, &account->tls_versions);
	} else if (mbsyncrc_keyword(reader, "SSLVersion") ||
	           mbsyncrc_keyword(reader, "SSLVersions")) {
		read_old_versions(reader, &account->tls_versions);
		draft->versions_said = true;
	} else if (mbsyncrc_keyword(reader, "CertificateFile")) {
		read_file(reader, &account->certificates);
	} else if (mbsyncrc_keyword(reader, "SystemCertificates")) {
		account->system_certificates = mbsyncrc_read_bool(reader);
	} else if (mbsyncrc_keyword(reader, "ClientCertificate")) {
		read_file(reader, &account->client_certificate);
	} else if (mbsyncrc_keyword(reader, "ClientKey")) {
		read_file(reader, &account->client_key);
	} else if (mbsyncrc_keyword(reader, "CipherString")) {
		mbsyncrc_read_string(reader, &account->ciphers);
	} else {
		return !is_new && read_old_tls(reader, draft);
	}
	return true;
}

bool mbsyncrc_draft_read(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft)
{
	bool is_mine = read_login(reader, draft) || read_connection(reader, draft) ||
	               read_security(reader, draft);

	draft->said |= is_mine;
	return is_mine;
}

/* --- the whole --- */

/* What mbsync refuses, which it says of the first thing only; NULL: nothing. */
static const char *fault(const struct mbsyncrc_draft *draft)
{
	const struct mbsyncrc_account *account = draft->account;

	if (account->tunnel == NULL && account->host == NULL)
		return "it has neither Host nor Tunnel";
	if (account->user != NULL && account->user_command != NULL)
		return "it has both User and UserCmd";
	if (account->pass != NULL && account->pass_command != NULL)
		return "it has both Pass and PassCmd";
	if (draft->old_tls && (account->tls_said || draft->versions_said))
		return "SSLType and SSLVersions go with none of UseIMAPS, RequireSSL and UseTLS...";
	if (draft->old_login && account->mechanisms.count > 0)
		return "it has both RequireCRAM and AuthMechs";
	return NULL;
}

static void fill_in(const struct mbsyncrc_draft *draft, enum mbsync_version version)
{
	struct mbsyncrc_account *account = draft->account;

	if (account->tls_keyword == NULL)
		account->tls_keyword = version == MBSYNC_1_4 ? "SSLType" : "TLSType";
	if (draft->old_tls && !account->tls_said)
		account->tls = draft->use_imaps ? MBSYNCRC_TLS_IMAPS : MBSYNCRC_TLS_STARTTLS;
	else if (!account->tls_said)
		account->tls = account->tunnel != NULL ? MBSYNCRC_TLS_NONE : MBSYNCRC_TLS_STARTTLS;
	account->tls_said |= draft->old_tls;
	if (account->port == 0)
		account->port = account->tls == MBSYNCRC_TLS_IMAPS ? 993 : 143;
	if (account->mechanisms.count == 0)
		mbsyncrc_words_add(&account->mechanisms, draft->require_cram ? "CRAM-MD5" : "*");
}

void mbsyncrc_draft_finish(struct mbsyncrc_reader *reader, struct mbsyncrc_draft *draft,
                           const char *kind)
{
	const char *what = fault(draft);

	if (what != NULL)
		mbsyncrc_refuse_section(reader, draft->account->line, "%s %s: %s", kind,
		                        draft->account->name, what);
	fill_in(draft, reader->place->version);
}
