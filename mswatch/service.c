#include "service.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "memory.h"

/* Half the watchdog's time, as sd_watchdog_enabled(3) advises; 0: none for us. */
static clock_ms read_period(void)
{
	const char *period = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long microseconds = period != NULL ? strtoll(period, NULL, 10) : 0;

	if (microseconds <= 0 || (pid != NULL && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	return microseconds / 2000 > 0 ? microseconds / 2000 : 1;
}

void notify_start(struct notify *notify, clock_ms now)
{
	const char *path = getenv("NOTIFY_SOCKET");

	*notify = (struct notify){ .ping = CLOCK_NEVER };
	if (path != NULL && (path[0] == '/' || path[0] == '@')) {
		notify->path = memory_copy(path);
		notify->ping_period = read_period();
	}
	if (notify->ping_period > 0)
		notify->ping = now;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void notify_send(const struct notify *notify, const char *message)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = notify->path != NULL ? strlen(notify->path) : 0;
	int fd;

	if (length == 0 || length >= sizeof address.sun_path)
		return;
	memcpy(address.sun_path, notify->path, length);
	if (address.sun_path[0] == '@')
		address.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd == -1)
		return;
	(void)sendto(fd, message, strlen(message), MSG_DONTWAIT | MSG_NOSIGNAL,
	             (const struct sockaddr *)&address,
	             (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length));
	close(fd);
}

void notify_tick(struct notify *notify, clock_ms now)
{
	if (now < notify->ping)
		return;
	notify_send(notify, "WATCHDOG=1");
	notify->ping = now + notify->ping_period;
}

clock_ms notify_wake(const struct notify *notify)
{
	return notify->ping;
}

void notify_free(struct notify *notify)
{
	free(notify->path);
	notify->path = NULL;
}
