#include "leftovers.h"

#include <errno.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <unistd.h>

/* So much of the stack a start has used at the most; the kernel keeps more free below. */
#define STACK_USED ((uintptr_t)128 * 1024)

/* As many segments that nobody writes to as a linker makes, and one more. */
#define SEGMENTS_MAX 4

/* Whole pages. */
struct range {
	uintptr_t start, end;
};

/* What has no file is zeros afterwards, the rest is read again. */
static void range_give_back(const struct range *range)
{
	int reason = errno;

	(void)madvise((void *)range->start, range->end - range->start, MADV_DONTNEED);
	errno = reason;
}

/* The program's segments that nobody writes to, as the kernel has mapped them; their number. */
static size_t find_segments(struct range range[SEGMENTS_MAX], uintptr_t page)
{
	const ElfW(Phdr) *header = (const ElfW(Phdr) *)getauxval(AT_PHDR);
	size_t headers = header != NULL ? getauxval(AT_PHNUM) : 0, count = 0;
	uintptr_t base = 0, start;

	for (size_t i = 0; i < headers; i++) {
		if (header[i].p_type == PT_PHDR)
			base = (uintptr_t)header - header[i].p_vaddr;
		if (header[i].p_type != PT_LOAD || (header[i].p_flags & PF_W) || base == 0 ||
		    count == SEGMENTS_MAX)
			continue;
		start = base + header[i].p_vaddr;
		range[count].start = start & ~(page - 1);
		range[count++].end = (start + header[i].p_memsz + page - 1) & ~(page - 1);
	}
	return count;
}

__attribute__((noinline))
void leftovers_give_back(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t frame = (uintptr_t)__builtin_frame_address(0) & ~(page - 1);
	/* the page below this frame holds what we call */
	struct range stack = { frame - page - STACK_USED, frame - page };

	range_give_back(&stack);
}

/* Nothing else is called between what gives the text back and poll(2): each call needs some. */
int leftovers_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct range range[SEGMENTS_MAX];
	size_t segments = find_segments(range, (uintptr_t)sysconf(_SC_PAGESIZE));

	leftovers_give_back();
	for (size_t i = segments; i-- > 0;)
		range_give_back(&range[i]);
	return poll(fds, count, timeout);
}
