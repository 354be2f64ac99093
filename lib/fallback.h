/*
 * What a C library may lack: musl, and glibc before 2.34.
 *
 * configure says what is there (HAVE_...).  What is not is declared here and
 * defined in fallback.c, under the name and with the meaning that its manual
 * page gives, so that its users look the same everywhere.
 */
#ifndef LIB_FALLBACK_H
#define LIB_FALLBACK_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* glibc alone (wait.h). */
#ifndef W_EXITCODE
#define W_EXITCODE(status, signal_number) ((status) << 8 | (signal_number))
#endif

/* glibc 2.32, and not in musl. */
#ifndef HAVE_SIGABBREV_NP
const char *sigabbrev_np(int signal_number);
#endif

/* glibc alone; elsewhere free(3) itself gives memory back.  Returns 0: it gave none. */
#ifndef HAVE_MALLOC_TRIM
int malloc_trim(size_t pad);
#endif

/* glibc 2.26, musl 1.2.2. */
#ifndef HAVE_REALLOCARRAY
void *reallocarray(void *array, size_t count, size_t size);
#endif

/* glibc 2.28, musl 1.2.4; by the kernel's own call, which is of Linux 4.11 (else ENOSYS). */
#ifndef HAVE_STATX
#include <linux/stat.h>
int statx(int directory, const char *path, int flags, unsigned mask, struct statx *status);
#endif

#endif
