#include "outbox.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* The longest literal that LITERAL- allows. */
#define SMALL_LITERAL 4096

/* The piece that what follows belongs to. */
static struct piece *open_piece(struct outbox *outbox, bool is_secret)
{
	struct piece *last = outbox->count > 0 ? &outbox->piece[outbox->count - 1] : NULL;

	if (last != NULL && !outbox->new_piece && last->is_secret == is_secret)
		return last;
	outbox->piece =
		memory_grow(outbox->piece, &outbox->room, outbox->count + 1, sizeof *outbox->piece);
	last = &outbox->piece[outbox->count++];
	*last = (struct piece){ .waits = outbox->wait, .is_secret = is_secret };
	outbox->wait = outbox->new_piece = false;
	return last;
}

static void show(struct outbox *outbox, const char *text, size_t length)
{
	outbox->shown = memory_grow(outbox->shown, &outbox->shown_room,
	                            outbox->shown_length + length + 1, 1);
	memcpy(outbox->shown + outbox->shown_length, text, length);
	outbox->shown_length += length;
	outbox->shown[outbox->shown_length] = '\0';
}

static void add(struct outbox *outbox, const char *bytes, size_t count, bool is_secret)
{
	struct piece *piece = open_piece(outbox, is_secret);

	if (is_secret) {
		secret_add(&piece->secret, bytes, count);
		return;
	}
	piece->plain = memory_grow(piece->plain, &piece->room, piece->length + count, 1);
	memcpy(piece->plain + piece->length, bytes, count);
	piece->length += count;
}

void outbox_add(struct outbox *outbox, const char *text)
{
	add(outbox, text, strlen(text), false);
	show(outbox, text, strlen(text));
}

void outbox_add_secret(struct outbox *outbox, const struct secret *secret)
{
	add(outbox, secret->bytes, secret->length, true);
	show(outbox, "***", 3);
}

void outbox_await(struct outbox *outbox)
{
	outbox->wait = outbox->new_piece = true;
}

/* Whether it may stand between quotes: RFC 3501 has neither 8-bit nor line ends there. */
static bool is_quotable(const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if ((unsigned char)bytes[i] < ' ' || (unsigned char)bytes[i] >= 0x7f)
			return false;
	}
	return true;
}

static void add_quoted(struct outbox *outbox, const char *bytes, size_t count, bool is_secret)
{
	add(outbox, "\"", 1, is_secret);
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			add(outbox, "\\", 1, is_secret);
		add(outbox, &bytes[i], 1, is_secret);
	}
	add(outbox, "\"", 1, is_secret);
}

static void add_literal(struct outbox *outbox, enum outbox_literals literals, const char *bytes,
                        size_t count, bool is_secret)
{
	bool asked = literals == OUTBOX_LITERALS_ASKED ||
	             (literals == OUTBOX_LITERALS_SMALL && count > SMALL_LITERAL);
	char *header = memory_format("{%zu%s}\r\n", count, asked ? "" : "+");

	add(outbox, header, strlen(header), false);
	free(header);
	if (asked)
		outbox_await(outbox);
	add(outbox, bytes, count, is_secret);
}

static void add_string(struct outbox *outbox, enum outbox_literals literals, const char *bytes,
                       size_t count, bool is_secret)
{
	if (is_quotable(bytes, count))
		add_quoted(outbox, bytes, count, is_secret);
	else
		add_literal(outbox, literals, bytes, count, is_secret);
}

void outbox_add_string(struct outbox *outbox, enum outbox_literals literals, const char *string)
{
	add_string(outbox, literals, string, strlen(string), false);
	show(outbox, "\"", 1);
	show(outbox, string, strlen(string));
	show(outbox, "\"", 1);
}

void outbox_add_secret_string(struct outbox *outbox, enum outbox_literals literals,
                              const struct secret *secret)
{
	add_string(outbox, literals, secret->bytes, secret->length, true);
	show(outbox, "***", 3);
}

bool outbox_continue(struct outbox *outbox)
{
	struct piece *piece = outbox->next < outbox->count ? &outbox->piece[outbox->next] : NULL;

	if (piece == NULL || !piece->waits)
		return false;
	piece->waits = false;
	return true;
}

static size_t piece_length(const struct piece *piece)
{
	return piece->is_secret ? piece->secret.length : piece->length;
}

size_t outbox_peek(const struct outbox *outbox, const char **bytes)
{
	const struct piece *piece =
		outbox->next < outbox->count ? &outbox->piece[outbox->next] : NULL;

	if (piece == NULL || piece->waits)
		return 0;
	*bytes = (piece->is_secret ? piece->secret.bytes : piece->plain) + piece->sent;
	return piece_length(piece) - piece->sent;
}

static void free_piece(struct piece *piece)
{
	secret_free(&piece->secret);
	free(piece->plain);
	*piece = (struct piece){ .waits = false };
}

/* Forgets all pieces, be they sent or not. */
static void free_pieces(struct outbox *outbox)
{
	for (size_t i = 0; i < outbox->count; i++)
		free_piece(&outbox->piece[i]);
	outbox->count = outbox->next = 0;
}

void outbox_sent(struct outbox *outbox, size_t count)
{
	struct piece *piece = &outbox->piece[outbox->next];

	piece->sent += count;
	if (piece->sent < piece_length(piece))
		return;
	free_piece(piece);
	outbox->next++;
	if (outbox->next == outbox->count)
		free_pieces(outbox);
}

void outbox_drop_waiting(struct outbox *outbox)
{
	if (outbox->next < outbox->count && outbox->piece[outbox->next].waits)
		free_pieces(outbox);
}

char *outbox_take_shown(struct outbox *outbox)
{
	char *shown = outbox->shown;

	outbox->shown = NULL;
	outbox->shown_length = outbox->shown_room = 0;
	return shown;
}

void outbox_clear(struct outbox *outbox)
{
	free_pieces(outbox);
	free(outbox->piece);
	free(outbox->shown);
	*outbox = (struct outbox){ .piece = NULL };
}
