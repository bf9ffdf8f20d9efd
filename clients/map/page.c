/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "clients/map/guard.h"
#include "clients/map/map_impl.h"

enum { CHUNK = 16384 };

const struct lws_protocol_vhost_options gw_map_headers[] = {
    {&gw_map_headers[1], NULL, "content-security-policy:",
     "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
     "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
     "frame-ancestors 'none'"},
    {&gw_map_headers[2], NULL, "x-content-type-options:", "nosniff"},
    {&gw_map_headers[3], NULL, "referrer-policy:", "no-referrer"},
    {NULL, NULL, "cache-control:", "no-store"}};

static const char *type_of(const char *name)
{
    const char *end = strrchr(name, '.');
    if (end && strcmp(end, ".js") == 0)
        return "text/javascript; charset=utf-8";
    if (end && strcmp(end, ".css") == 0)
        return "text/css; charset=utf-8";
    if (end && strcmp(end, ".svg") == 0)
        return "image/svg+xml";
    return "text/html; charset=utf-8";
}

static const gw_asset *asset_find(const char *uri)
{
    const char *name = strcmp(uri, "/") == 0 ? "index.html" : uri + 1;
    for (const gw_asset *asset = gw_assets; asset->name; asset++)
        if (strcmp(asset->name, name) == 0)
            return asset;
    return NULL;
}

bool gw_map_is_welcome(struct lws *wsi)
{
    char host[64] = "", origin[96] = "";
    unsigned port = (unsigned)lws_get_vhost_listen_port(lws_get_vhost(wsi));
    if (lws_hdr_copy(wsi, host, sizeof host, WSI_TOKEN_HOST) < 0 ||
        lws_hdr_copy(wsi, origin, sizeof origin, WSI_TOKEN_ORIGIN) < 0)
        return false;
    return gw_guard_host(host, port) && gw_guard_origin(origin, port);
}

static int refuse(struct lws *wsi, unsigned code, const char *why)
{
    lws_return_http_status(wsi, code, why);
    return -1;
}

static int asset_begin(struct lws *wsi, gw_map_request *request, const char *uri)
{
    unsigned char headers[LWS_PRE + 1024], *at = headers + LWS_PRE, *start = at;
    unsigned char *end = headers + sizeof headers;
    if (!lws_hdr_total_length(wsi, WSI_TOKEN_GET_URI))
        return refuse(wsi, HTTP_STATUS_METHOD_NOT_ALLOWED, "only GET");
    request->asset = asset_find(uri);
    request->at = 0;
    if (!request->asset)
        return refuse(wsi, HTTP_STATUS_NOT_FOUND, "no such page");
    if (lws_add_http_common_headers(wsi, HTTP_STATUS_OK, type_of(request->asset->name),
                                    request->asset->n, &at, end) ||
        lws_finalize_write_http_header(wsi, start, &at, end))
        return -1;
    lws_callback_on_writable(wsi);
    return 0;
}

static int asset_continue(struct lws *wsi, gw_map_request *request)
{
    unsigned char chunk[LWS_PRE + CHUNK];
    if (!request->asset)
        return 0;
    size_t left = request->asset->n - request->at, n = left < CHUNK ? left : CHUNK;
    memcpy(chunk + LWS_PRE, request->asset->bytes + request->at, n);
    request->at += n;
    bool is_last = n == left;
    if (lws_write(wsi, chunk + LWS_PRE, n, is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP) <
        (int)n)
        return -1;
    if (is_last) {
        request->asset = NULL;
        return lws_http_transaction_completed(wsi) ? -1 : 0;
    }
    lws_callback_on_writable(wsi);
    return 0;
}

int gw_map_page_serve(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                      size_t n)
{
    switch (reason) {
    case LWS_CALLBACK_FILTER_HTTP_CONNECTION:
        return gw_map_is_welcome(wsi)
                   ? 0
                   : refuse(wsi, HTTP_STATUS_FORBIDDEN, "ask for 127.0.0.1 or localhost");
    case LWS_CALLBACK_HTTP:
        return asset_begin(wsi, user, in);
    case LWS_CALLBACK_HTTP_WRITEABLE:
        return asset_continue(wsi, user);
    default:
        return lws_callback_http_dummy(wsi, reason, user, in, n);
    }
}
