#include "failure.h"

#include "hash.h"

enum failure_tell failure_add(struct failure *failure, const char *cause, clock_ms now)
{
	uint64_t value = hash_text(cause);

	if (failure->tries++ == 0)
		failure->since = now;
	if (failure->tries == 1 || value != failure->cause) {
		failure->cause = value;
		failure->same = 1;
		return FAILURE_TELL;
	}
	failure->same++;
	return (failure->same & (failure->same - 1)) == 0 ? FAILURE_STILL : FAILURE_QUIET;
}

clock_ms failure_clear(struct failure *failure, clock_ms now)
{
	clock_ms lasted = failure->tries != 0 ? now - failure->since : -1;

	*failure = (struct failure){ 0 };
	return lasted;
}
