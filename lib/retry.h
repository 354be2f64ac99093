/* A system call again as long as a signal interrupts it (signal(7)). */
#ifndef LIB_RETRY_H
#define LIB_RETRY_H

#include <errno.h>

/* The call's result, of the call's own type: TEMP_FAILURE_RETRY makes a long of it. */
#define RETRY(call)                                                                            \
	__extension__({                                                                        \
		__typeof__(call) retry_result;                                                 \
		do                                                                             \
			retry_result = (call);                                                 \
		while (retry_result == -1 && errno == EINTR);                                  \
		retry_result;                                                                  \
	})

#endif
