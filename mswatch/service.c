#include "service.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "memory.h"
#include "message.h"

/* Half the watchdog's time, as sd_watchdog_enabled(3) advises; 0: none for us. */
static clock_ms read_period(void)
{
	const char *period = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
	long long microseconds = period != NULL ? strtoll(period, NULL, 10) : 0;

	if (microseconds <= 0 || (pid != NULL && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	return microseconds / 2000 > 0 ? microseconds / 2000 : 1;
}

void service_start(struct service *service, clock_ms now)
{
	const char *path = getenv("NOTIFY_SOCKET");

	*service = (struct service){ .ping = CLOCK_NEVER };
	if (path != NULL && (path[0] == '/' || path[0] == '@')) {
		service->path = memory_copy(path);
		service->ping_period = read_period();
	}
	if (service->ping_period > 0)
		service->ping = now;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

void service_send(const struct service *service, const char *message)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = service->path != NULL ? strlen(service->path) : 0;
	int fd;

	if (length == 0 || length >= sizeof address.sun_path)
		return;
	memcpy(address.sun_path, service->path, length);
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

void service_show(struct service *service, const char *status)
{
	char message[sizeof "STATUS=" + 4 * SERVICE_ROOM], *shown;

	if (service->path == NULL || strcmp(service->status, status) == 0)
		return;
	shown = message_escape(status, strnlen(status, SERVICE_ROOM - 1));
	if (shown == NULL)
		return;
	for (char *c = shown; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
	snprintf(message, sizeof message, "STATUS=%s", shown);
	service_send(service, message);
	snprintf(service->status, sizeof service->status, "%s", status);
	free(shown);
}

void service_tick(struct service *service, clock_ms now)
{
	if (now < service->ping)
		return;
	service_send(service, "WATCHDOG=1");
	service->ping = now + service->ping_period;
}

clock_ms service_wake(const struct service *service)
{
	return service->ping;
}

void service_free(struct service *service)
{
	free(service->path);
	service->path = NULL;
}
