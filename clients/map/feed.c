/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/map/feed.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef struct item {
    size_t n;
    unsigned char *bytes; /* of the allocation: GW_FEED_PRE, then [n] */
} item;

struct gw_feed {
    item *records; /* [size], a ring: number r is in r % size */
    size_t size, n_bytes, max_bytes;
    uint64_t first, next; /* numbers of records */
    uint64_t n_unkept;    /* lost here for want of memory */

    item beat;
    uint64_t n_beats;
    int64_t beat_ms;    /* when the newest was made */
    json_t *heartbeat;  /* its data; NULL: none since BLIND */
    int64_t heard_ms;   /* when it came */
    bool is_live;       /* as the client says */
    uint64_t n_lost;    /* records that no replay can bring back */
    unsigned n_streams; /* that began while this listened */
    item pictures[GW_FEED_PICTURES];
    uint64_t n_pictures;
    bool is_new;
};

static bool item_make(item *to, const void *head, size_t n_head, const void *tail, size_t n_tail)
{
    to->bytes = malloc(GW_FEED_PRE + n_head + n_tail);
    to->n = to->bytes ? n_head + n_tail : 0;
    if (!to->bytes)
        return false;
    memcpy(to->bytes + GW_FEED_PRE, head, n_head);
    if (n_tail)
        memcpy(to->bytes + GW_FEED_PRE + n_head, tail, n_tail);
    return true;
}

static void item_free(item *one)
{
    free(one->bytes);
    *one = (item){0, NULL};
}

gw_feed *gw_feed_create(size_t max_bytes)
{
    gw_feed *feed = calloc(1, sizeof *feed);
    if (!feed)
        return NULL;
    feed->max_bytes = max_bytes;
    feed->size = 1024;
    feed->records = calloc(feed->size, sizeof *feed->records);
    if (feed->records)
        return feed;
    free(feed);
    return NULL;
}

static bool ring_grow(gw_feed *feed)
{
    if (feed->next - feed->first < feed->size)
        return true;
    item *wider = calloc(2 * feed->size, sizeof *wider);
    if (!wider)
        return false;
    for (uint64_t k = feed->first; k < feed->next; k++)
        wider[k % (2 * feed->size)] = feed->records[k % feed->size];
    free(feed->records);
    feed->records = wider;
    feed->size *= 2;
    return true;
}

static void oldest_forget(gw_feed *feed)
{
    item *oldest = &feed->records[feed->first++ % feed->size];
    feed->n_bytes -= oldest->n;
    item_free(oldest);
}

/* {"t":"record","n":NUMBER,"event":MESSAGE}; for want of memory it is counted, and that is said. */
static void record_keep(gw_feed *feed, json_t *wrapped)
{
    item made = {0, NULL};
    json_object_set_new(wrapped, "n", json_integer((json_int_t)feed->next));
    char *text = json_dumps(wrapped, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(wrapped);
    bool is_kept = text && ring_grow(feed) && item_make(&made, text, strlen(text), NULL, 0);
    free(text);
    feed->is_new = true;
    if (!is_kept) {
        feed->n_unkept++;
        return;
    }
    feed->records[feed->next++ % feed->size] = made;
    feed->n_bytes += made.n;
    while (feed->n_bytes > feed->max_bytes && feed->next - feed->first > 1)
        oldest_forget(feed);
}

/* Binary: u32 little-endian length of the JSON, the JSON, the values. */
static void picture_keep(gw_feed *feed, const gw_client_event *event)
{
    char *text = json_dumps(json_object_get(event->message, "data"), JSON_COMPACT);
    size_t n = text ? strlen(text) : 0;
    unsigned char *head = malloc(4 + n);
    item *to = &feed->pictures[feed->n_pictures % GW_FEED_PICTURES];
    if (text && head) {
        for (int k = 0; k < 4; k++)
            head[k] = (unsigned char)(n >> 8 * k);
        memcpy(head + 4, text, n);
        item_free(to);
        if (item_make(to, head, 4 + n, event->bytes, event->n_bytes))
            feed->n_pictures++;
        feed->is_new = true;
    }
    free(head);
    free(text);
}

static void heartbeat_keep(gw_feed *feed, const json_t *data, int64_t now_ms)
{
    json_decref(feed->heartbeat);
    feed->heartbeat = json_deep_copy(data);
    feed->heard_ms = now_ms;
    feed->is_live = true;
}

static void heartbeat_drop(gw_feed *feed)
{
    json_decref(feed->heartbeat);
    feed->heartbeat = NULL;
    feed->is_live = false;
}

void gw_feed_take(gw_feed *feed, const gw_client_event *event, int64_t now_ms)
{
    switch (event->type) {
    case GW_CLIENT_RECORD:
        record_keep(feed, json_pack("{s:s,s:O}", "t", "record", "event", event->message));
        break;
    case GW_CLIENT_HEARTBEAT:
        heartbeat_keep(feed, json_object_get(event->message, "data"), now_ms);
        break;
    case GW_CLIENT_GAP:
        feed->n_lost += event->to_seq - event->from_seq + 1;
        record_keep(feed, json_pack("{s:s,s:s,s:I,s:I}", "t", "gap", "kind", event->kind, "from",
                                    (json_int_t)event->from_seq, "to", (json_int_t)event->to_seq));
        break;
    case GW_CLIENT_STREAM:
        feed->n_streams++;
        record_keep(feed, json_pack("{s:s}", "t", "stream"));
        break;
    case GW_CLIENT_BLIND:
        heartbeat_drop(feed);
        feed->beat_ms = INT64_MIN; /* said at once */
        break;
    case GW_CLIENT_SCOPE:
        picture_keep(feed, event);
        break;
    default:
        break;
    }
}

/* A heartbeat that this process heard too long ago, stopped itself perhaps, says nothing. */
static void beat_make(gw_feed *feed, int64_t now_ms)
{
    if (feed->heartbeat && now_ms - feed->heard_ms > GW_FEED_BLIND_MS)
        heartbeat_drop(feed);
    json_t *beat =
        json_pack("{s:s,s:I,s:b,s:O*,s:I,s:I,s:I,s:I}", "t", "beat", "t_ms", (json_int_t)now_ms,
                  "live", feed->is_live && feed->heartbeat, "heartbeat", feed->heartbeat, "next",
                  (json_int_t)feed->next, "first", (json_int_t)feed->first, "lost",
                  (json_int_t)feed->n_lost, "unkept", (json_int_t)feed->n_unkept);
    char *text = json_dumps(beat, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(beat);
    item_free(&feed->beat); /* no memory: no beat, and the page is BLIND */
    if (text && item_make(&feed->beat, text, strlen(text), NULL, 0))
        feed->n_beats++;
    free(text);
    feed->beat_ms = now_ms;
    feed->is_new = true;
}

bool gw_feed_tick(gw_feed *feed, int64_t now_ms)
{
    if (feed->n_beats == 0 || feed->beat_ms == INT64_MIN ||
        now_ms - feed->beat_ms >= GW_FEED_BEAT_MS)
        beat_make(feed, now_ms);
    bool is_new = feed->is_new;
    feed->is_new = false;
    return is_new;
}

static bool item_give(const item *from, bool is_binary, gw_feed_message *out)
{
    *out = (gw_feed_message){from->bytes + GW_FEED_PRE, from->n, is_binary};
    return true;
}

bool gw_feed_next(const gw_feed *feed, gw_feed_place *place, gw_feed_message *out)
{
    if (feed->beat.bytes && place->beat < feed->n_beats) {
        place->beat = feed->n_beats;
        return item_give(&feed->beat, false, out);
    }
    if (place->record < feed->first)
        place->record = feed->first;
    if (place->record < feed->next)
        return item_give(&feed->records[place->record++ % feed->size], false, out);
    if (place->picture + GW_FEED_PICTURES < feed->n_pictures)
        place->picture = feed->n_pictures - GW_FEED_PICTURES;
    if (place->picture < feed->n_pictures)
        return item_give(&feed->pictures[place->picture++ % GW_FEED_PICTURES], true, out);
    return false;
}

void gw_feed_destroy(gw_feed *feed)
{
    if (!feed)
        return;
    while (feed->first < feed->next)
        oldest_forget(feed);
    for (int k = 0; k < GW_FEED_PICTURES; k++)
        item_free(&feed->pictures[k]);
    item_free(&feed->beat);
    json_decref(feed->heartbeat);
    free(feed->records);
    free(feed);
}
