/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator_impl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static gw_status config_check(const gw_emulator_config *config, gw_error *error)
{
    if (!(config->speed == 0 || (config->speed >= 0.01 && config->speed <= 1000)))
        return gw_error_set(error, GW_EUSAGE, "speed %g: must be in 0.01..1000", config->speed);
    if (config->port > 65535)
        return gw_error_set(error, GW_EUSAGE, "port %u: must be in 0..65535", config->port);
    return GW_OK;
}

/* Without threads and sockets; NULL: no memory. */
static gw_emulator *emulator_new(const gw_emulator_config *config)
{
    static const char *const ids[GW_KIND_COUNT] = {"iio:device0", "iio:device1", "iio:device2"};
    static const char *const names[GW_KIND_COUNT] = {"gw-gpr", "gw-md", "gw-pose"};
    const char *slash = strrchr(config->path, '/');
    gw_emulator *emulator = calloc(1, sizeof *emulator);
    if (!emulator)
        return NULL;
    pthread_mutex_init(&emulator->lock, NULL);
    emulator_clock_init(&emulator->clock, config->speed > 0 ? config->speed : 1, config->loop);
    snprintf(emulator->name, sizeof emulator->name, "%s", slash ? slash + 1 : config->path);
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        emulator->devices[k].id = ids[k];
        emulator->devices[k].name = names[k];
        emulator->devices[k].buffers_count = EMULATOR_BUFFERS_DEFAULT;
        pthread_mutex_init(&emulator->devices[k].lock, NULL);
    }
    for (size_t k = 0; k < EMULATOR_CLIENTS_MAX; k++)
        emulator->sessions[k].fd = -1;
    emulator->listeners[0] = emulator->listeners[1] = emulator->wake = -1;
    emulator->timeout_ms = EMULATOR_TIMEOUT_DEFAULT;
    emulator->pose_along = -1;
    return emulator;
}

gw_status gw_emulator_create(const gw_emulator_config *config, gw_emulator **out, gw_error *error)
{
    *out = NULL;
    gw_status status = config_check(config, error);
    if (status != GW_OK)
        return status;
    gw_emulator *emulator = emulator_new(config);
    if (!emulator)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", config->path);
    status = emulator_contents_open(emulator, config->path, error);
    if (status == GW_OK)
        status = emulator_listen(emulator, config->port, error);
    emulator->wake = status == GW_OK ? eventfd(0, EFD_CLOEXEC) : -1;
    if (status == GW_OK && (emulator->wake < 0 || pthread_create(&emulator->acceptor, NULL,
                                                                 emulator_accept_run, emulator)))
        status = gw_error_set(error, GW_EINTERNAL, "%s: cannot start a thread", config->path);
    if (status != GW_OK) {
        gw_emulator_destroy(emulator);
        return status;
    }
    emulator->accepting = true;
    *out = emulator;
    return GW_OK;
}

unsigned gw_emulator_port(const gw_emulator *emulator)
{
    return emulator->port;
}

const char *gw_emulator_summary(const gw_emulator *emulator)
{
    return emulator->summary;
}

const char *gw_emulator_notes(const gw_emulator *emulator)
{
    return emulator->notes;
}

static void fd_close(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* The acceptor ends first, so that no new session begins. */
static void threads_end(gw_emulator *emulator)
{
    uint64_t one = 1;
    if (!emulator->accepting)
        return;
    if (write(emulator->wake, &one, sizeof one) == (ssize_t)sizeof one)
        pthread_join(emulator->acceptor, NULL);
    pthread_mutex_lock(&emulator->lock);
    for (size_t k = 0; k < EMULATOR_CLIENTS_MAX; k++)
        if (emulator->sessions[k].slot == SLOT_RUNNING)
            shutdown(emulator->sessions[k].fd, SHUT_RDWR);
    pthread_mutex_unlock(&emulator->lock);
    for (size_t k = 0; k < EMULATOR_CLIENTS_MAX; k++)
        if (emulator->sessions[k].slot != SLOT_FREE)
            pthread_join(emulator->sessions[k].thread, NULL);
}

void gw_emulator_destroy(gw_emulator *emulator)
{
    if (!emulator)
        return;
    threads_end(emulator);
    fd_close(emulator->wake);
    fd_close(emulator->listeners[0]);
    fd_close(emulator->listeners[1]);
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        emulator_pace_free(&emulator->devices[k].pace);
        gw_recording_close(emulator->devices[k].recording);
        pthread_mutex_destroy(&emulator->devices[k].lock);
    }
    emulator_clock_free(&emulator->clock);
    pthread_mutex_destroy(&emulator->lock);
    free(emulator->xml);
    free(emulator);
}
