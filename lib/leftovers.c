#include "leftovers.h"

#include <errno.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "descriptors.h"
#include "hot.h"

/* So much of the stack a start has used at the most; the kernel keeps more free below. */
#define STACK_USED ((uintptr_t)128 * 1024)

/* As many segments that nobody writes to as a linker makes, and one more. */
#define SEGMENTS_MAX 4

/* The program's own segments are among the first that /proc/self/maps names. */
#define MAPS_ROOM 4096

/* Whole pages. */
struct range {
	uintptr_t start, end;
};

/* What has no file is zeros afterwards, the rest is read again. */
HOT static void range_give_back(const struct range *range)
{
	void *start = (void *)range->start; /* NOLINT(performance-no-int-to-ptr) */
	int reason = errno;

	(void)madvise(start, range->end - range->start, MADV_DONTNEED);
	errno = reason;
}

/* The value of a digit that the kernel writes in addresses, or -1. */
static int digit_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Moves *text behind an address; strtoul(3) would bring in some 90 kB of libc. */
static uintptr_t take_address(const char **text)
{
	uintptr_t address = 0;

	for (; digit_value(**text) >= 0; ++*text)
		address = address * 16 + (uintptr_t)digit_value(**text);
	return address;
}

/* One line's addresses, and whether it has an inode; false where it is none. */
static bool line_parse(const char *line, struct range *range, bool *is_file)
{
	range->start = take_address(&line);
	if (*line != '-')
		return false;
	line++;
	range->end = take_address(&line);
	for (int fields = 0; fields < 3 && line != NULL; fields++) /* permissions, offset, device */
		line = strchr(line + 1, ' ');
	*is_file = line != NULL && line[1] != '0';
	return line != NULL;
}

/*
 * Whether all of it can be read again from a file that is there, by what /proc/self/maps
 * says.  What unpacks a program, or puts it on large pages, leaves it with none.
 */
static bool is_of_file(const struct range *range, const char *maps)
{
	static const char deleted[] = " (deleted)";
	uintptr_t known = range->start;
	const char *line_end;
	struct range line;
	bool is_file;

	for (; known < range->end; maps = line_end + 1) {
		line_end = strchr(maps, '\n');
		if (line_end == NULL || !line_parse(maps, &line, &is_file))
			return false;
		if (known < line.start || known >= line.end)
			continue;
		if (!is_file ||
		    strncmp(line_end - strlen(deleted), deleted, strlen(deleted)) == 0)
			return false;
		known = line.end;
	}
	return true;
}

/* What of the program nobody writes to. */
struct segments {
	struct range range[SEGMENTS_MAX];
	size_t count;
	uintptr_t page;
	const char *maps;
};

/*
 * The kernel brings in what lies around a page that is asked for, as far as a mapping goes:
 * what is hot gets one of its own.  (That it is in no core dump changes nothing else.)
 */
static void set_hot_apart(uintptr_t page)
{
	uintptr_t start = (uintptr_t)hot_start & ~(page - 1);
	uintptr_t end = ((uintptr_t)hot_end + page - 1) & ~(page - 1);
	void *from = (void *)start; /* NOLINT(performance-no-int-to-ptr) */

	(void)madvise(from, end - start, MADV_DONTDUMP);
}

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
		if (is_of_file(&range, found->maps))
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

/* Nothing is called between what gives the text back and poll(2), and here is what is met next. */
HOT int leftovers_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	char maps[MAPS_ROOM];
	struct segments own = { .page = (uintptr_t)sysconf(_SC_PAGESIZE), .maps = maps };
	int reason = errno;

	if (descriptors_read_text("/proc/self/maps", maps, sizeof maps) == -1)
		maps[0] = '\0';
	set_hot_apart(own.page);
	errno = reason;
	(void)dl_iterate_phdr(find_segments, &own);
	leftovers_give_back();
	while (own.count > 0)
		range_give_back(&own.range[--own.count]);
	return poll(fds, count, timeout);
}
