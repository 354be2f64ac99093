/*
 * A kernel that has less: Linux 4.5, a container's rules, or no /proc.  To be preloaded.
 *
 * OLD_KERNEL=WORD,WORD...
 *   calls     what came after 4.5 is no call (ENOSYS), and getrandom neither
 *   watch     what can be read can't be watched, as SELinux may have it
 *   children  no /proc/PID/task/TID/children (CONFIG_PROC_CHILDREN)
 *   io        /proc/PID/io is refused
 *   proc      nothing in /proc
 *   diag      no socket of the family AF_NETLINK
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers above these are all newer; the others are newer, too, or often refused. */
#define FIRST_NEWER 424
#define CLOSE_RANGE 436 /* on every processor; older headers don't name it */
static const unsigned newer[] = {
	SYS_getrandom, SYS_statx,
#ifdef SYS_rseq
	SYS_rseq,
#endif
	SYS_copy_file_range, SYS_preadv2, SYS_pwritev2,
};
#define NEWER (sizeof newer / sizeof *newer)

static int lacks(const char *word)
{
	const char *list = getenv("OLD_KERNEL");

	return list != NULL && strstr(list, word) != NULL;
}

static void filter_calls(void)
{
	struct sock_filter code[NEWER + 4];
	struct sock_fprog program = { .len = NEWER + 4, .filter = code };

	code[0] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
	                                       offsetof(struct seccomp_data, nr));
	code[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FIRST_NEWER, NEWER + 1, 0);
	for (size_t i = 0; i < NEWER; i++)
		code[2 + i] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, newer[i],
		                                           (uint8_t)(NEWER - i), 0);
	code[2 + NEWER] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	code[3 + NEWER] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K,
	                                               SECCOMP_RET_ERRNO | ENOSYS);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == -1) {
		perror("old_kernel: seccomp");
		_exit(99);
	}
}

__attribute__((constructor)) static void start(void)
{
	/* Each program that is executed comes here: a process needs one filter. */
	if (lacks("calls") && (syscall(CLOSE_RANGE, ~0U, 0U, ~0U) == 0 || errno != ENOSYS))
		filter_calls();
}

static int refusal(const char *path)
{
	const char *name = strrchr(path, '/');

	if (strncmp(path, "/proc", 5) != 0)
		return 0;
	if (lacks("proc"))
		return ENOENT;
	if (lacks("children") && name != NULL && strcmp(name, "/children") == 0)
		return ENOENT;
	return lacks("io") && name != NULL && strcmp(name, "/io") == 0 ? EACCES : 0;
}

#define REFUSED(path, result) if ((errno = refusal(path)) != 0) return result
#define NEXT(name) __typeof__(&name) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

int open(const char *path, int flags, ...)
{
	NEXT(open);
	va_list more;
	mode_t mode;

	va_start(more, flags);
	mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	REFUSED(path, -1);
	return next(path, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
	NEXT(fopen);
	REFUSED(path, NULL);
	return next(path, mode);
}

void *opendir(const char *path)
{
	void *(*next)(const char *) = (void *(*)(const char *))dlsym(RTLD_NEXT, "opendir");

	REFUSED(path, NULL);
	return next(path);
}

ssize_t readlink(const char *path, char *target, size_t room)
{
	NEXT(readlink);
	REFUSED(path, -1);
	return next(path, target, room);
}

int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	NEXT(inotify_add_watch);
	if (lacks("watch")) {
		errno = EACCES;
		return -1;
	}
	return next(fd, path, mask);
}

int socket(int family, int type, int protocol)
{
	NEXT(socket);
	if (family == AF_NETLINK && lacks("diag")) {
		errno = EAFNOSUPPORT;
		return -1;
	}
	return next(family, type, protocol);
}
