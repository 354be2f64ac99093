#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "filesystem.h"
#include "memory.h"
#include "message.h"
#include "notify.h"
#include "place.h"

static bool folder_look(struct tree *tree, folder_id id, enum tree_depth depth);

static struct folder *get(struct tree *tree, folder_id id)
{
	return &tree->folders.folder[id];
}

static bool is_root(const struct tree *tree, folder_id id)
{
	return tree->folders.folder[id].parent == FOLDER_NONE;
}

static struct tree_root *root_of(struct tree *tree, folder_id id)
{
	folder_id top = folders_root(&tree->folders, id);

	return top == tree->root[0].folder ? &tree->root[0] : &tree->root[1];
}

static const char *path_of(struct tree *tree, folder_id id)
{
	const char *path = folders_path(&tree->folders, id, FOLDER_SELF, false, tree->path,
	                                sizeof tree->path);

	return path != NULL ? path : get(tree, id)->name;
}

/* The same for a message, which is one line. */
static const char *shown(struct tree *tree, folder_id id)
{
	char *path = memory_copy(path_of(tree, id)), *newline;

	while ((newline = strchr(path, '\n')) != NULL)
		*newline = '?';
	snprintf(tree->path, sizeof tree->path, "%s", path);
	free(path);
	return tree->path;
}

const char *tree_name(void *context, uint32_t mailbox)
{
	struct tree *tree = context;
	const char *path = folders_path(&tree->folders, mailbox, FOLDER_SELF, true, tree->path,
	                                sizeof tree->path);

	if (path == NULL || (get(tree, mailbox)->flags & FOLDER_IS_NAMELESS))
		return NULL;
	return layout_name(&tree->options->layout, root_of(tree, mailbox)->kind, path, tree->name,
	                   sizeof tree->name) == LAYOUT_MAILBOX ? tree->name : NULL;
}

/* What the layout says about a folder at path below its root, as flags. */
static unsigned flags_for(struct tree *tree, enum layout_root kind, const char *path)
{
	const struct layout *layout = &tree->options->layout;
	unsigned flags = layout_is_walked(layout, kind, path) ? FOLDER_IS_WALKED : 0;

	switch (layout_name(layout, kind, path, tree->name, sizeof tree->name)) {
	case LAYOUT_MAILBOX:
		return options_exclude(tree->options, tree->name) ? flags : flags | FOLDER_IS_BOX;
	case LAYOUT_NAMELESS:
		return options_exclude(tree->options, path) ? flags :
		       flags | FOLDER_IS_BOX | FOLDER_IS_NAMELESS;
	case LAYOUT_WALKED:
		return flags;
	case LAYOUT_DOUBLE:
		if (!tree->is_double_told)
			message_error("%s/%s: ignored, since INBOX is elsewhere (see --inbox)",
			              tree->options->base, path);
		tree->is_double_told = true;
		return 0;
	case LAYOUT_NONE:
		return 0;
	}
	return 0;
}

/* The flags of the parent's child of that name; 0 when it can be no folder. */
static unsigned flags_for_child(struct tree *tree, folder_id parent, const char *name)
{
	char path[PATH_MAX];
	const char *above = folders_path(&tree->folders, parent, FOLDER_SELF, true, tree->path,
	                                 sizeof tree->path);

	if (above == NULL || snprintf(path, sizeof path, "%s%s%s", above, above[0] != '\0' ? "/" : "",
	                              name) >= (int)sizeof path)
		return 0;
	return flags_for(tree, root_of(tree, parent)->kind, path);
}

/* Adds the child if it can be a folder. */
static folder_id child_add(struct tree *tree, folder_id parent, const char *name)
{
	unsigned flags = flags_for_child(tree, parent, name);

	if (flags == 0)
		return FOLDER_NONE;
	return folders_add(&tree->folders, parent, name, flags | FOLDER_IS_FRESH);
}

/*
 * Forgets a folder and all below it; true when one of them may have been a
 * mailbox since the last look.
 */
static bool folder_drop(struct tree *tree, folder_id id)
{
	unsigned flags = get(tree, id)->flags;
	bool any = (flags & FOLDER_IS_BOX) && (flags & FOLDER_IS_MET);
	int role;

	while (get(tree, id)->child != FOLDER_NONE)
		any |= folder_drop(tree, get(tree, id)->child);
	for (role = 0; role < FOLDER_ROLES; role++)
		place_drop(tree, id, (enum folder_role)role);
	if (get(tree, id)->flags & FOLDER_IS_LINKED)
		links_drop(&tree->links, id, place_release, tree);
	report_forget(tree->report, id);
	folders_remove(&tree->folders, id);
	return any;
}

/* The same, and told: what the mailboxes have become is not known. */
static void folder_lose(struct tree *tree, folder_id id)
{
	if (folder_drop(tree, id))
		report_all(tree->report);
}

static bool is_due(const struct folder *folder, enum folder_role role, enum tree_depth depth)
{
	return depth != TREE_UNWATCHED || folder->watch[role] < 0 ||
	       (folder->watch[role] == PLACE_MISSING && folder->watch[FOLDER_SELF] < 0);
}

/* Looks at the folder's new/ and cur/; reports what they tell. */
static void mailbox_look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	bool was = (get(tree, id)->flags & FOLDER_IS_MAILBOX) != 0, is, news = false;

	if (!(get(tree, id)->flags & FOLDER_IS_BOX))
		return;
	if (is_due(get(tree, id), FOLDER_NEW, depth))
		news |= place_look(tree, id, FOLDER_NEW);
	if (is_due(get(tree, id), FOLDER_CUR, depth))
		news |= place_look(tree, id, FOLDER_CUR);
	is = place_is_there(tree, id, FOLDER_NEW) && place_is_there(tree, id, FOLDER_CUR);
	get(tree, id)->flags &= ~(unsigned)FOLDER_IS_MAILBOX;
	if (is)
		get(tree, id)->flags |= FOLDER_IS_MAILBOX;
	if (was && !is)
		report_all(tree->report);
	if (is && (news || !was) && !tree->is_starting)
		report_mailbox(tree->report, id);
	if (is && !was && (get(tree, id)->flags & (FOLDER_IS_NAMELESS | FOLDER_IS_TOLD)) ==
	          FOLDER_IS_NAMELESS) {
		message_error("%s: has no name that can be told; its changes are reported as "
		              "changes of all mailboxes (see --exclude)", shown(tree, id));
		get(tree, id)->flags |= FOLDER_IS_TOLD;
	}
}

/* Whether a link may lead to the folder. */
static bool is_linked(struct tree *tree, folder_id id)
{
	char nothing[1];

	if (is_root(tree, id))
		return false;
	return get(tree, id)->watch[FOLDER_SELF] > 0
	               ? (get(tree, id)->flags & FOLDER_IS_LINKED) != 0
	               : readlink(path_of(tree, id), nothing, sizeof nothing) != -1;
}

/* Whether a link has led back to a directory above; notes it. */
static bool is_loop(struct tree *tree, folder_id id)
{
	folder_id up = id;
	struct stat here, above;

	get(tree, id)->flags &= ~(unsigned)FOLDER_IS_LOOP;
	if (!is_linked(tree, id) || stat(path_of(tree, id), &here) == -1)
		return false;
	while ((up = get(tree, up)->parent) != FOLDER_NONE)
		if (stat(path_of(tree, up), &above) == 0 && above.st_dev == here.st_dev &&
		    above.st_ino == here.st_ino) {
			get(tree, id)->flags |= FOLDER_IS_LOOP;
			return true;
		}
	return false;
}

static void children_lose(struct tree *tree, folder_id id)
{
	while (get(tree, id)->child != FOLDER_NONE)
		folder_lose(tree, get(tree, id)->child);
}

/* Meets an entry of a directory that is scanned. */
static void child_meet(struct tree *tree, folder_id parent, const struct dirent *entry)
{
	folder_id child;

	if (entry->d_type != DT_DIR && entry->d_type != DT_LNK && entry->d_type != DT_UNKNOWN)
		return;
	if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
		return;
	child = tree->is_starting ? FOLDER_NONE
	                          : folders_find(&tree->folders, parent, entry->d_name);
	if (child == FOLDER_NONE)
		child = child_add(tree, parent, entry->d_name);
	if (child != FOLDER_NONE)
		get(tree, child)->flags |= FOLDER_IS_SEEN;
}

/* Says once for each folder what keeps its directory from being read. */
static void unread_tell(struct tree *tree, folder_id id, int error)
{
	if (error == ENOENT || error == ENOTDIR || (get(tree, id)->flags & FOLDER_IS_TOLD))
		return;
	get(tree, id)->flags |= FOLDER_IS_TOLD;
	message_error("%s: can't be read: %s; will look again", shown(tree, id), strerror(error));
}

/* Reads the folder's directory; false when it could not be read to its end. */
static bool directory_read(struct tree *tree, folder_id id)
{
	const struct dirent *entry;
	DIR *directory;
	int error;

	do
		directory = opendir(path_of(tree, id));
	while (directory == NULL && errno == EINTR);
	if (directory == NULL) {
		unread_tell(tree, id, errno);
		return false;
	}
	while ((errno = 0, entry = readdir(directory)) != NULL)
		child_meet(tree, id, entry);
	error = errno;
	closedir(directory);
	return error == 0;
}

/* Looks through the folder's directory for folders, and at those that are new. */
static void children_scan(struct tree *tree, folder_id id, enum tree_depth depth)
{
	bool is_whole = directory_read(tree, id), is_gone, is_due;
	folder_id child, next;
	unsigned flags;

	tree->is_incomplete |= !is_whole;
	for (child = get(tree, id)->child; child != FOLDER_NONE; child = next) {
		next = get(tree, child)->sibling;
		flags = get(tree, child)->flags;
		get(tree, child)->flags &= ~(unsigned)FOLDER_IS_SEEN;
		is_gone = is_whole && !(flags & FOLDER_IS_SEEN);
		is_due = (flags & FOLDER_IS_FRESH) || depth == TREE_DEEP;
		if (is_gone || (is_due && !folder_look(tree, child, TREE_DEEP)))
			folder_lose(tree, child);
	}
}

/* Forgets what was known of links and file systems on the folder's way. */
static void way_forget(struct tree *tree, folder_id id)
{
	struct folder *folder = get(tree, id);

	if (is_root(tree, id))
		return;
	if (folder->flags & FOLDER_IS_LINKED)
		links_drop(&tree->links, id, place_release, tree);
	folder->flags &= ~(unsigned)(FOLDER_IS_LINKED | FOLDER_IS_REMOTE);
	folder->flags |= get(tree, folder->parent)->flags & FOLDER_IS_REMOTE;
	if (tree->mounts_below != 0 && !(folder->flags & FOLDER_IS_REMOTE))
		place_set_remote(tree, id, path_of(tree, id));
}

/*
 * Whether a folder's directory has gone, for a link to nothing or for another
 * one: what it may have been since the last look is not known.
 */
static bool is_exchanged(const struct folder *folder, int old)
{
	return (folder->flags & FOLDER_IS_MET) && old != PLACE_DANGLING &&
	       old != PLACE_REFUSED && folder->watch[FOLDER_SELF] != old;
}

/* Looks at a folder; false when there is none any more. */
static bool folder_look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	struct folder *folder = get(tree, id);
	int old = folder->watch[FOLDER_SELF];
	bool news = false;

	if (folder->flags & FOLDER_IS_FRESH)
		depth = TREE_DEEP;
	folder->flags &= ~(unsigned)FOLDER_IS_FRESH;
	if ((folder->flags & FOLDER_IS_LINKED) && depth == TREE_UNWATCHED)
		depth = TREE_PLACES;
	if (depth == TREE_DEEP || (folder->flags & FOLDER_IS_LINKED))
		way_forget(tree, id);
	if (is_due(folder, FOLDER_SELF, depth))
		news = place_look(tree, id, FOLDER_SELF);
	if (folder->watch[FOLDER_SELF] == PLACE_MISSING)
		return false;
	if (is_exchanged(folder, old))
		report_all(tree->report);
	folder->flags |= FOLDER_IS_MET;
	if (news && folder->watch[FOLDER_SELF] != old)
		depth = TREE_DEEP;
	mailbox_look(tree, id, depth);
	if (!(get(tree, id)->flags & FOLDER_IS_WALKED) || (!news && depth != TREE_DEEP) ||
	    !place_is_there(tree, id, FOLDER_SELF) ||
	    get(tree, id)->watch[FOLDER_SELF] == PLACE_REFUSED)
		return true;
	if (is_loop(tree, id))
		children_lose(tree, id);
	else
		children_scan(tree, id, depth);
	return true;
}

/* Notes where the root is now; false when it is no directory. */
static bool root_note(struct tree *tree, struct tree_root *root)
{
	const char *path = get(tree, root->folder)->name;
	struct stat status;

	free(root->real);
	root->real = realpath(path, NULL);
	if (root->real == NULL || stat(path, &status) == -1)
		return false;
	root->device = status.st_dev;
	root->inode = status.st_ino;
	return S_ISDIR(status.st_mode);
}

/* Watches the way to a root, and sees what it is on. */
static void root_follow(struct tree *tree, struct tree_root *root)
{
	const char *path = get(tree, root->folder)->name;

	get(tree, root->folder)->flags &= ~(unsigned)FOLDER_IS_REMOTE;
	place_set_remote(tree, root->folder, path);
	if (tree->notify == -1)
		return;
	links_drop(&tree->links, root->folder, place_release, tree);
	links_follow(&tree->links, tree->notify, root->folder, path, 0);
}

static void rescan(struct tree *tree)
{
	size_t i;

	tree->rescan_due = CLOCK_NEVER;
	for (i = 0; i < tree->roots; i++)
		if (!folder_look(tree, tree->root[i].folder, TREE_DEEP))
			tree->is_gone = true;
	tree->rescan_end = clock_now();
}

/*
 * Whether a root is where it was.  A link on its way that was pointed
 * elsewhere has it looked at anew; a directory that was moved or deleted is
 * the end.
 */
static void root_check(struct tree *tree, struct tree_root *root)
{
	char *real = root->real;
	dev_t device = root->device;
	ino_t inode = root->inode;
	bool is_elsewhere;

	/* The way's watches before the look: what happens in between is seen by one of them. */
	root_follow(tree, root);
	root->real = NULL;
	if (!root_note(tree, root)) {
		tree->is_gone = true;
	} else if (root->device != device || root->inode != inode) {
		is_elsewhere = real != NULL && strcmp(real, root->real) != 0;
		tree->is_gone |= !is_elsewhere;
		if (is_elsewhere)
			report_all(tree->report);
	}
	free(real);
	if (tree->is_gone)
		return;
	if (root->device != device || root->inode != inode) {
		rescan(tree);
		report_all(tree->report);
	}
}

static void root_add(struct tree *tree, const char *path, enum layout_root kind)
{
	folder_id id = folders_add(&tree->folders, FOLDER_NONE, path, flags_for(tree, kind, ""));

	tree->root[tree->roots++] = (struct tree_root){ .folder = id, .kind = kind };
}

/* Says what a kernel without room for the watches would have to be given. */
static void limit_tell(struct tree *tree)
{
	unsigned long limit = 0, wanted = 8192;
	FILE *file;

	if (!tree->is_limited || tree->is_limit_told)
		return;
	tree->is_limit_told = true;
	file = fopen("/proc/sys/fs/inotify/max_user_watches", "re");
	if (file != NULL) {
		if (fscanf(file, "%lu", &limit) != 1)
			limit = 0;
		fclose(file);
	}
	while (wanted < limit + tree->polled || wanted < (tree->watches.used + tree->polled) * 2)
		wanted *= 2;
	message_error("the kernel's limit of watches is reached: %zu of %zu directories are polled "
	              "every %g s (--poll); to have all watched: sysctl "
	              "fs.inotify.max_user_watches=%lu", tree->polled,
	              tree->watches.used + tree->polled,
	              (double)tree->options->poll_interval / 1000, wanted);
}

static void notify_start(struct tree *tree)
{
	tree->notify = -1;
	if (tree->options->poll_only)
		return;
	tree->notify = notify_open();
	if (tree->notify == -1)
		message_error("inotify: %s; everything is polled every %g s (--poll)%s",
		              strerror(errno), (double)tree->options->poll_interval / 1000,
		              errno == EMFILE ? "; to have it watched: sysctl "
		              "fs.inotify.max_user_instances=1024" : "");
}

static void plan_poll(struct tree *tree)
{
	bool any = tree->unwatched > 0 || tree->is_incomplete;

	tree->poll_due = any ? clock_now() + tree->options->poll_interval : CLOCK_NEVER;
}

bool tree_start(struct tree *tree, const struct options *options, struct report *report)
{
	size_t i;

	*tree = (struct tree){ .options = options, .report = report, .is_starting = true,
	                       .rescan_due = CLOCK_NEVER };
	folders_start(&tree->folders);
	watches_start(&tree->watches, place_watch_of, &tree->folders);
	notify_start(tree);
	tree->mounts = filesystem_mounts_open();
	root_add(tree, options->base, LAYOUT_BASE);
	if (options->inbox != NULL)
		root_add(tree, options->inbox, LAYOUT_INBOX);
	for (i = 0; i < tree->roots; i++) {
		if (!root_note(tree, &tree->root[i])) {
			message_error("%s: %s", get(tree, tree->root[i].folder)->name,
			              strerror(errno));
			return false;
		}
		root_follow(tree, &tree->root[i]);
		if (tree->mounts != -1)
			tree->mounts_below += filesystem_mounts_below(tree->mounts,
			                                              tree->root[i].real);
	}
	rescan(tree);
	tree->is_starting = false;
	malloc_trim(0); /* what the tables left behind as they grew */
	limit_tell(tree);
	plan_poll(tree);
	return true;
}

void tree_end(struct tree *tree)
{
	size_t i;

	for (i = 0; i < tree->roots; i++)
		free(tree->root[i].real);
	folders_end(&tree->folders);
	watches_end(&tree->watches);
	links_end(&tree->links);
	free(tree->stamp);
	if (tree->notify != -1)
		close(tree->notify);
	if (tree->mounts != -1)
		close(tree->mounts);
}

/* Polls from now on, if that has become necessary, and says why. */
static void settle(struct tree *tree)
{
	limit_tell(tree);
	if (tree->poll_due == CLOCK_NEVER)
		plan_poll(tree);
}

void tree_look(struct tree *tree, folder_id id, enum tree_depth depth)
{
	if (!folder_look(tree, id, depth)) {
		if (is_root(tree, id))
			root_check(tree, root_of(tree, id));
		else
			folder_lose(tree, id);
	}
	settle(tree);
}

/*
 * Whether an event tells of more than a look can find: a directory that has
 * gone may have been a mailbox since the last look, one that has come may have
 * held or been one until its watch was set.
 */
static bool is_past_finding(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child;

	if (!(mask & IN_ISDIR) || flags_for_child(tree, parent, name) == 0)
		return false;
	if (mask & (IN_DELETE | IN_MOVED_FROM))
		return true;
	child = folders_find(&tree->folders, parent, name);
	if (child == FOLDER_NONE)
		return false;
	return (get(tree, child)->flags & FOLDER_IS_WALKED) ||
	       ((mask & IN_MOVED_TO) && !(get(tree, child)->flags & FOLDER_IS_MAILBOX));
}

void tree_look_at_child(struct tree *tree, folder_id parent, const char *name, uint32_t mask)
{
	folder_id child = folders_find(&tree->folders, parent, name);
	bool is_replaced = child != FOLDER_NONE && (get(tree, child)->flags & FOLDER_IS_LINKED);

	if (child != FOLDER_NONE && (mask & (IN_DELETE | IN_MOVED_FROM))) {
		folder_lose(tree, child);
		child = FOLDER_NONE;
	}
	if (child == FOLDER_NONE)
		child = child_add(tree, parent, name);
	if (child != FOLDER_NONE)
		tree_look(tree, child, TREE_DEEP);
	if (is_replaced || is_past_finding(tree, parent, name, mask))
		report_all(tree->report);
}

void tree_watch_lost(struct tree *tree, int watch)
{
	size_t position;
	uint32_t place;
	folder_id id;

	while (position = 0, watches_next(&tree->watches, watch, &position, &place)) {
		id = place_folder(place);
		place_drop(tree, id, place_role(place));
		if (is_root(tree, id) && place_role(place) == FOLDER_SELF)
			root_check(tree, root_of(tree, id));
		else
			tree_look(tree, id, TREE_PLACES);
		if (tree->is_gone)
			return;
	}
	tree_way_changed(tree, watch);
	links_forget(&tree->links, watch);
}

void tree_way_changed(struct tree *tree, int watch)
{
	folder_id *changed = NULL;
	size_t count = 0, room = 0, i;

	for (i = 0; i < tree->links.count; i++)
		if (tree->links.link[i].watch == watch) {
			changed = memory_grow(changed, &room, count + 1, sizeof *changed);
			changed[count++] = tree->links.link[i].folder;
		}
	for (i = 0; i < count && !tree->is_gone; i++) {
		if (!(get(tree, changed[i])->flags & FOLDER_IS_USED))
			continue;
		if (is_root(tree, changed[i]))
			root_check(tree, root_of(tree, changed[i]));
		else
			tree_look(tree, changed[i], TREE_DEEP);
	}
	free(changed);
}

void tree_mounts_changed(struct tree *tree)
{
	unsigned long below = 0;
	size_t i;

	for (i = 0; i < tree->roots && !tree->is_gone; i++) {
		root_check(tree, &tree->root[i]);
		if (!tree->is_gone)
			below += filesystem_mounts_below(tree->mounts, tree->root[i].real);
	}
	if (tree->is_gone || below == tree->mounts_below)
		return;
	tree->mounts_below = below;
	rescan(tree);
	report_all(tree->report);
	settle(tree);
}

void tree_rescan_later(struct tree *tree, clock_ms now)
{
	clock_ms due = tree->rescan_end + TREE_RESCAN_PAUSE;

	if (tree->rescan_due == CLOCK_NEVER)
		tree->rescan_due = due > now ? due : now;
}

/* Looks at everything that is not watched. */
static void poll_all(struct tree *tree)
{
	folder_id id;
	size_t i;

	tree->is_limited = false;
	for (i = 0; i < tree->roots; i++)
		if (get(tree, tree->root[i].folder)->watch[FOLDER_SELF] < 0)
			root_check(tree, &tree->root[i]);
	if (tree->is_incomplete) {
		tree->is_incomplete = false;
		rescan(tree);
	}
	for (id = 0; id < tree->folders.count && tree->unwatched > 0 && !tree->is_gone; id++) {
		const struct folder *folder = get(tree, id);

		if ((folder->flags & FOLDER_IS_USED) &&
		    (folder->watch[FOLDER_SELF] < 0 || folder->watch[FOLDER_NEW] < 0 ||
		     folder->watch[FOLDER_CUR] < 0))
			tree_look(tree, id, TREE_UNWATCHED);
	}
	limit_tell(tree);
	plan_poll(tree);
}

void tree_tick(struct tree *tree, clock_ms now)
{
	if (now >= tree->rescan_due && !tree->is_gone) {
		rescan(tree);
		/* What was not known to the tree may have changed until it was looked at. */
		report_all(tree->report);
		settle(tree);
	}
	if (now >= tree->poll_due && !tree->is_gone)
		poll_all(tree);
}

clock_ms tree_due(const struct tree *tree)
{
	return tree->rescan_due < tree->poll_due ? tree->rescan_due : tree->poll_due;
}
