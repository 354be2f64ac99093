#include "backoff.h"

clock_ms backoff_delay(clock_ms inter_delay, clock_ms max_delay, unsigned failures)
{
	clock_ms delay = inter_delay > BACKOFF_LEAST ? inter_delay : BACKOFF_LEAST;
	clock_ms longest = max_delay > delay ? max_delay : delay;

	while (failures-- > 1 && delay < longest)
		delay *= 2;
	return delay < longest ? delay : longest;
}
