#include "capabilities.h"

#include <stdlib.h>
#include <strings.h>

#include "memory.h"

/* What IMAP4rev2 holds of itself (RFC 9051, appendix E). */
#define REVISION_2 \
	(CAN_IDLE | CAN_LIST_STATUS | CAN_LIST_EXTENDED | CAN_SASL_IR | CAN_LITERAL_MINUS | \
	 CAN_NAMESPACE | CAN_ENABLE)

static const struct {
	const char *name;
	unsigned bits;
} known[] = {
	{ "IDLE", CAN_IDLE },
	{ "NOTIFY", CAN_NOTIFY },
	{ "LIST-STATUS", CAN_LIST_STATUS },
	{ "LIST-EXTENDED", CAN_LIST_EXTENDED },
	{ "CONDSTORE", CAN_CONDSTORE },
	{ "QRESYNC", CAN_CONDSTORE },
	{ "SASL-IR", CAN_SASL_IR },
	{ "LITERAL+", CAN_LITERAL_PLUS },
	{ "LITERAL-", CAN_LITERAL_MINUS },
	{ "ID", CAN_ID },
	{ "NAMESPACE", CAN_NAMESPACE },
	{ "ENABLE", CAN_ENABLE },
	{ "IMAP4REV1", CAN_LSUB },
	{ "IMAP4REV2", REVISION_2 },
	{ "LOGINDISABLED", CAN_NOT_LOGIN },
	{ "STARTTLS", CAN_STARTTLS },
	{ "AUTH=PLAIN", CAN_PLAIN },
	{ "AUTH=EXTERNAL", CAN_EXTERNAL },
	{ "AUTH=XOAUTH2", CAN_XOAUTH2 },
	{ "AUTH=OAUTHBEARER", CAN_OAUTHBEARER },
};

enum { KNOWN = sizeof known / sizeof *known };

unsigned capabilities_read(const struct response *response, size_t first)
{
	unsigned capabilities = 0;

	for (; first < response->count; first++) {
		for (size_t i = 0; i < KNOWN; i++)
			capabilities |=
				response_is(response, first, known[i].name) ? known[i].bits : 0;
	}
	return capabilities;
}

unsigned capabilities_without(unsigned capabilities, const struct mbsyncrc_words *disabled)
{
	for (size_t word = 0; word < disabled->count; word++) {
		for (size_t i = 0; i < KNOWN; i++) {
			if (strcasecmp(disabled->word[word], known[i].name) == 0)
				capabilities &= ~known[i].bits;
		}
	}
	return capabilities;
}

char *capabilities_list(unsigned capabilities)
{
	char *list = memory_copy(""), *more;

	for (size_t i = 0; i < KNOWN; i++) {
		if ((capabilities & known[i].bits) != known[i].bits)
			continue;
		more = memory_format("%s%s%s", list, *list != '\0' ? " " : "", known[i].name);
		free(list);
		list = more;
	}
	return list;
}
