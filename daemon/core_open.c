/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/core_impl.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/thread.h"

static gw_status source_open(gw_core *core, const gw_config_source *source, gw_kind kind,
                             gw_error *error)
{
    const gw_source_config config = {.uri = source->uri,
                                     .kind = kind,
                                     .device = source->device[0] ? source->device : NULL,
                                     .channels = source->channels[0] ? source->channels : NULL,
                                     .block_s = source->block_ms * 1e-3,
                                     .arm = core->options->config.arms[kind]};
    if (core->acquires[kind])
        return gw_error_set(error, GW_ECONFIG, "sources: %s and %s are both %s: one of each kind",
                            gw_acquire_feed(core->acquires[kind])->uri, source->uri,
                            gw_kind_name(kind));
    return gw_acquire_create(&config, &core->blocks, &core->acquires[kind], error);
}

static gw_status uri_open(gw_core *core, const gw_config_source *source, gw_error *error)
{
    unsigned kinds = 1u << source->kind;
    gw_status status = GW_OK;
    if (source->kind == GW_KIND_COUNT)
        status = gw_source_list(source->uri, &kinds, error);
    if (status == GW_OK && !(kinds & ((1u << GW_KIND_COUNT) - 1)))
        status = gw_error_set(error, GW_ENODEV, "%s: no gpr, md or pose there", source->uri);
    for (int kind = 0; kind < GW_KIND_COUNT && status == GW_OK; kind++)
        if (kinds & (1u << kind))
            status = source_open(core, source, (gw_kind)kind, error);
    return status;
}

gw_status core_sources_open(gw_core *core, gw_error *error)
{
    const gw_config *config = &core->options->config;
    gw_status status = GW_OK;
    for (size_t k = 0; k < config->n_sources && status == GW_OK; k++)
        status = uri_open(core, &config->sources[k], error);
    return status;
}

gw_status core_calibration_open(gw_core *core, gw_error *error)
{
    const char *path = core->options->config.calibration;
    const gw_stream *streams[GW_KIND_COUNT] = {NULL};
    if (!path[0])
        return GW_OK;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (core->acquires[kind])
            streams[kind] = gw_acquire_feed(core->acquires[kind])->stream;
    gw_status status = gw_calibration_file_load(path, &core->calibration, error);
    return status == GW_OK ? gw_calibration_fit(path, core->calibration, streams, error) : status;
}

/* Make the missing folders above a path, for this user alone; refuse one that is another user's. */
static gw_status folders_make(const char *path, gw_error *error)
{
    char folder[GW_CONFIG_TEXT_MAX];
    struct stat about;
    snprintf(folder, sizeof folder, "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        if (mkdir(folder, 0700) < 0 && errno != EEXIST)
            return gw_error_set(error, GW_EIO, "%s: %s", folder, strerror(errno));
        *slash = '/';
    }
    char *last = strrchr(folder, '/');
    if (!last || last == folder)
        return GW_OK;
    *last = 0;
    if (stat(folder, &about) < 0 || !S_ISDIR(about.st_mode))
        return gw_error_set(error, GW_EIO, "%s: not a folder", folder);
    if (about.st_uid != geteuid() && about.st_uid != 0)
        return gw_error_set(error, GW_EIO, "%s: belongs to another user", folder);
    return GW_OK;
}

static gw_status endpoint_prepare(const char *endpoint, gw_error *error)
{
    return strncmp(endpoint, "ipc://", 6) == 0 ? folders_make(endpoint + 6, error) : GW_OK;
}

/* The store is made after the gate, which is started later still. */
static void command_take(void *user, unsigned kind, const char *json, size_t n_json)
{
    gw_core *core = user;
    char closes[GW_COMMAND_ID_MAX];
    if (core->store && !core->is_stopped &&
        gw_command_take(&core->commands, core->store,
                        &(gw_command){.kind = kind,
                                      .json = json,
                                      .n_json = n_json,
                                      .act = core_session_act,
                                      .user = core},
                        closes) &&
        closes[0])
        gw_life_close(gw_survey_life(core->survey), closes, gw_clock_utc_ns());
}

static gw_status gate_create(gw_core *core, gw_error *error)
{
    const gw_config *config = &core->options->config;
    gw_gate_config gate = {.journal = config->journal,
                           .device = config->device,
                           .n_live = config->n_live,
                           .n_replay = config->n_replay,
                           .secret_key = config->secret_key[0] ? config->secret_key : NULL,
                           .clients = config->secret_key[0] ? config->clients : NULL,
                           .command = command_take,
                           .user = core};
    gw_status status = GW_OK;
    for (size_t k = 0; k < config->n_live && status == GW_OK; k++)
        status = endpoint_prepare(gate.live[k] = config->live[k], error);
    for (size_t k = 0; k < config->n_replay && status == GW_OK; k++)
        status = endpoint_prepare(gate.replay[k] = config->replay[k], error);
    if (status == GW_OK)
        status = gw_link_create(&core->page, &gate.page_fd, &gate.core_queue_fd,
                                &gate.gate_queue_fd, error);
    if (status != GW_OK)
        return status;
    core->queue_fd = gate.core_queue_fd;
    return gw_gate_create(&gate, &core->gate, error);
}

gw_status core_outputs_open(gw_core *core, gw_error *error)
{
    const gw_config *config = &core->options->config;
    gw_status status = folders_make(config->journal, error);
    if (status == GW_OK)
        status =
            gw_journal_create(config->journal, config->device, &core->journal, &core->note, error);
    if (status == GW_OK)
        status = gw_alarm_create(config->alarm_socket, &core->alarm, error);
    if (status == GW_OK)
        status = gate_create(core, error);
    if (status != GW_OK)
        return status;
    const gw_store_config store = {.journal = core->journal,
                                   .device = config->device,
                                   .calibration =
                                       core->calibration ? core->calibration->hash : NULL,
                                   .queue_fd = core->queue_fd};
    return gw_store_create(&store, &core->store, error);
}

gw_origin core_place(const gw_core *core)
{
    gw_origin place = core->options->config.origin;
    for (int kind = 0; kind < GW_KIND_COUNT && !place.is_known; kind++)
        if (core->acquires[kind])
            place = gw_acquire_feed(core->acquires[kind])->stream->origin;
    return place;
}
