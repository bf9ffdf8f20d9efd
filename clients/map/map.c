/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/map/map.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "clients/map/map_impl.h"

enum { TURN_US = 10000, EVENTS_A_TURN = 500 };
_Static_assert((int)GW_FEED_PRE >= (int)LWS_PRE, "a frame's header goes before the message");

/* A page that is open; before that, zeros. */
typedef struct guest {
    gw_feed_place place;
    bool is_counted;
} guest;

static int guest_serve(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                       size_t n);

static const struct lws_protocols protocols[] = {
    {"http", gw_map_page_serve, sizeof(gw_map_request), 0, 0, NULL, 0},
    {"groundwatch-map", guest_serve, sizeof(guest), 128, 0, NULL, 0},
    {NULL, NULL, 0, 0, 0, NULL, 0}};

static int64_t clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* One message a turn of the loop, so that every guest is served. */
static int guest_send(struct lws *wsi, const gw_map *map, guest *to)
{
    gw_feed_message message;
    if (!gw_feed_next(map->feed, &to->place, &message))
        return 0;
    lws_callback_on_writable(wsi);
    return lws_write(wsi, message.bytes, message.n,
                     message.is_binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT) < (int)message.n
               ? -1
               : 0;
}

static int guest_serve(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                       size_t n)
{
    gw_map *map = lws_context_user(lws_get_context(wsi));
    guest *one = user;
    (void)in;
    (void)n;
    switch (reason) {
    case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
        return gw_map_is_welcome(wsi) && map->n_guests < GW_MAP_GUESTS_MAX ? 0 : -1;
    case LWS_CALLBACK_ESTABLISHED:
        *one = (guest){.is_counted = true};
        map->n_guests++;
        lws_callback_on_writable(wsi);
        return 0;
    case LWS_CALLBACK_CLOSED:
        map->n_guests -= one->is_counted; /* it is not when it was refused */
        return 0;
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return guest_send(wsi, map, one);
    default:
        return 0;
    }
}

/* What the daemon said since the last turn. */
static void turn_take(lws_sorted_usec_list_t *turn)
{
    gw_map *map = lws_container_of(turn, gw_map, turn);
    gw_client_event event;
    int k = 0;
    for (; k < EVENTS_A_TURN; k++) {
        gw_client_poll(map->client, 0, &event);
        if (event.type == GW_CLIENT_NOTHING)
            break;
        gw_feed_take(map->feed, &event, clock_ms());
    }
    if (gw_feed_tick(map->feed, clock_ms()))
        lws_callback_on_writable_all_protocol(map->context, &protocols[1]);
    lws_sul_schedule(map->context, 0, &map->turn, turn_take, k < EVENTS_A_TURN ? TURN_US : 1);
}

static void library_say(int level, const char *line)
{
    (void)level;
    fprintf(stderr, "groundwatch map: libwebsockets: %s", line);
}

/* Before libwebsockets, which takes a port in use for an interface that may come later. */
static gw_status port_check(unsigned port, gw_error *error)
{
    const int on = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int handle = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool is_free =
        handle >= 0 && setsockopt(handle, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        bind(handle, (struct sockaddr *)&address, sizeof address) == 0 && listen(handle, 1) == 0;
    int cause = errno;
    if (handle >= 0)
        close(handle);
    if (is_free)
        return GW_OK;
    return gw_error_set(error, GW_EIO, "--port %u: cannot be served: %s%s", port, strerror(cause),
                        cause == EADDRINUSE ? "; --port 0 takes any free one" : "");
}

static gw_status mount_make(struct lws_http_mount *mount, const char *at, char *path, size_t n_path,
                            const char *library, const char *file, gw_error *error)
{
    char whole[512];
    snprintf(path, n_path, "%s%s", library, at);
    snprintf(whole, sizeof whole, "%s/%s", path, file);
    if (access(whole, R_OK) < 0)
        return gw_error_set(error, GW_ENOENT, "%s: %s; Debian's package libjs-%s has it", whole,
                            strerror(errno), at + 1);
    mount->mountpoint = at;
    mount->mountpoint_len = (unsigned char)strlen(at);
    mount->origin = path;
    mount->origin_protocol = LWSMPRO_FILE;
    return GW_OK;
}

static gw_status library_find(gw_map *map, const char *library, gw_error *error)
{
    gw_status status = mount_make(&map->leaflet, "/leaflet", map->leaflet_path,
                                  sizeof map->leaflet_path, library, "leaflet.min.js", error);
    if (status == GW_OK)
        status = mount_make(&map->dygraphs, "/dygraphs", map->dygraphs_path,
                            sizeof map->dygraphs_path, library, "dygraph.min.js", error);
    map->leaflet.mount_next = &map->dygraphs;
    return status;
}

static gw_status server_open(gw_map *map, unsigned port, gw_error *error)
{
    struct lws_context_creation_info info = {.port = (int)port,
                                             .iface = "127.0.0.1",
                                             .protocols = protocols,
                                             .mounts = &map->leaflet,
                                             .headers = gw_map_headers,
                                             .options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
                                                        LWS_SERVER_OPTION_DISABLE_IPV6,
                                             .user = map,
                                             .gid = -1,
                                             .uid = -1};
    gw_status status = port_check(port, error);
    if (status != GW_OK)
        return status;
    lws_set_log_level(LLL_ERR, library_say);
    map->context = lws_create_context(&info);
    map->host = map->context ? lws_create_vhost(map->context, &info) : NULL;
    if (!map->host || lws_get_vhost_listen_port(map->host) <= 0)
        return gw_error_set(error, GW_EIO, "--port %u: cannot be served", port);
    return GW_OK;
}

static gw_status daemon_follow(gw_map *map, const gw_map_config *config, gw_error *error)
{
    gw_client_config client = config->client;
    client.history = true;
    client.scope = true;
    map->feed = gw_feed_create(config->max_bytes);
    if (!map->feed)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    map->client = gw_client_create(&client, error->text, sizeof error->text);
    return map->client ? GW_OK : (error->status = GW_EIO);
}

gw_status gw_map_create(const gw_map_config *config, gw_map **out, gw_error *error)
{
    gw_map *map = calloc(1, sizeof *map);
    *out = NULL;
    if (!map)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    gw_status status = library_find(map, config->library, error);
    if (status == GW_OK)
        status = server_open(map, config->port, error);
    if (status == GW_OK)
        status = daemon_follow(map, config, error);
    if (status == GW_OK)
        *out = map;
    else
        gw_map_destroy(map);
    return status;
}

unsigned gw_map_port(const gw_map *map)
{
    return (unsigned)lws_get_vhost_listen_port(map->host);
}

void gw_map_run(gw_map *map, const volatile sig_atomic_t *is_ending)
{
    lws_sul_schedule(map->context, 0, &map->turn, turn_take, 1);
    while (!*is_ending && lws_service(map->context, 0) >= 0)
        ;
}

void gw_map_destroy(gw_map *map)
{
    if (!map)
        return;
    if (map->context) {
        lws_sul_cancel(&map->turn);
        lws_context_destroy(map->context);
    }
    gw_client_destroy(map->client);
    gw_feed_destroy(map->feed);
    free(map);
}
