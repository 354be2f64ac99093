#include "certificates.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* What a file of this kind holds, in PEM (RFC 7468); and whether openssl takes DER, too. */
struct content {
	const char *name, *ending;
	bool may_be_der;
};

/* DER begins with a SEQUENCE. */
static bool is_der(const char *line)
{
	return line[0] == 0x30 && (line[1] & 0x80) != 0;
}

/* Reads on up to what is wanted; false with errno, or with 0: it is not there. */
static bool find_content(FILE *file, const struct content *content)
{
	char *line = NULL;
	size_t room = 0;
	bool found = false;

	errno = 0;
	for (bool first = true; !found && getline(&line, &room, file) != -1; first = false)
		found = (first && content->may_be_der && is_der(line)) ||
		        (strncmp(line, "-----BEGIN ", 11) == 0 &&
		         strstr(line, content->ending) != NULL);
	if (line != NULL)
		explicit_bzero(line, room);
	free(line);
	return found;
}

/* A null path is well. */
static char *find_fault(const char *option, const char *path, const struct content *content)
{
	FILE *file = path != NULL ? fopen(path, "re") : NULL;
	char *fault = NULL;

	if (path == NULL)
		return NULL;
	if (file == NULL || !find_content(file, content))
		fault = errno != 0 ? memory_format("%s %s: %s", option, path, strerror(errno))
		                   : memory_format("%s %s: there is no %s in it", option, path,
		                                   content->name);
	if (file != NULL)
		fclose(file);
	return fault;
}

char *certificates_fault(const struct mbsyncrc_account *account)
{
	static const struct content trusted = { "certificate in PEM", "CERTIFICATE-----", false },
				    own = { "certificate", "CERTIFICATE-----", true },
				    key = { "private key", "PRIVATE KEY-----", true };
	const char *certificate = account->client_certificate;
	char *fault;

	fault = find_fault("CertificateFile", account->certificates, &trusted);
	if (fault == NULL)
		fault = find_fault("ClientCertificate", certificate, &own);
	if (fault == NULL && account->client_key != NULL)
		fault = find_fault("ClientKey", account->client_key, &key);
	else if (fault == NULL)
		fault = find_fault("ClientCertificate without ClientKey:", certificate, &key);
	return fault;
}
