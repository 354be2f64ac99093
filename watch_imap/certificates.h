/* The files of certificates and keys that an account names. */
#ifndef WATCH_IMAP_CERTIFICATES_H
#define WATCH_IMAP_CERTIFICATES_H

#include "mbsyncrc.h"

/*
 * Looks whether the files can be read and hold what they should, as far as
 * that shows without openssl.  Returns NULL, or in words, which the caller
 * frees, what is wrong with the first one: "CertificateFile /x: ...".
 */
char *certificates_fault(const struct mbsyncrc_account *account);

#endif
