#include "leftovers.h"

#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
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
	void *start = (void *)range->start; /* NOLINT(performance-no-int-to-ptr) */
	int reason = errno;

	(void)madvise(start, range->end - range->start, MADV_DONTNEED);
	errno = reason;
}

/*
 * Whether any page has no file to be read again from: what unpacks a program, or puts it
 * on large pages, leaves it so.  The kernel takes this advice for such a page alone.
 */
static bool has_anonymous(const struct range *range, uintptr_t page)
{
	int reason = errno;
	bool found = false;

	for (uintptr_t at = range->start; at < range->end && !found; at += page) {
		void *start = (void *)at; /* NOLINT(performance-no-int-to-ptr) */

		found = madvise(start, page, MADV_WIPEONFORK) == 0;
		if (found)
			(void)madvise(start, page, MADV_KEEPONFORK);
	}
	errno = reason;
	return found;
}

/* What of the program nobody writes to. */
struct segments {
	struct range range[SEGMENTS_MAX];
	size_t count;
	uintptr_t page;
};

/* For dl_iterate_phdr(3), which begins with the program itself: nothing else is ours to give. */
static int find_segments(struct dl_phdr_info *program, size_t size, void *context)
{
	struct segments *found = context;
	struct range range;
	uintptr_t start;

	(void)size;
	for (size_t i = 0; i < program->dlpi_phnum && found->count < SEGMENTS_MAX; i++) {
		const ElfW(Phdr) *segment = &program->dlpi_phdr[i];

		if (segment->p_type != PT_LOAD || (segment->p_flags & PF_W))
			continue;
		start = program->dlpi_addr + segment->p_vaddr;
		range = (struct range){
			start & ~(found->page - 1),
			(start + segment->p_memsz + found->page - 1) & ~(found->page - 1)
		};
		if (!has_anonymous(&range, found->page))
			found->range[found->count++] = range;
	}
	return 1;
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

/* Nothing is called between what gives the text back and poll(2): each call needs some. */
int leftovers_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	struct segments own = { .page = (uintptr_t)sysconf(_SC_PAGESIZE) };

	(void)dl_iterate_phdr(find_segments, &own);
	leftovers_give_back();
	while (own.count > 0)
		range_give_back(&own.range[--own.count]);
	return poll(fds, count, timeout);
}
