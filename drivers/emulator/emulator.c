/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"

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
    gw_fault_plan_init(&emulator->faults, 0);
    return emulator;
}

/* Faults of devices that are there. */
static gw_status faults_plan(gw_emulator *emulator, const gw_emulator_config *config,
                             gw_error *error)
{
    gw_status status = GW_OK;
    for (size_t k = 0; k < GW_KIND_COUNT; k++)
        if (emulator->devices[k].recording)
            emulator->faults.devices |= 1u << k;
    for (size_t k = 0; status == GW_OK && k < config->n_faults; k++) {
        int device = config->faults[k].device;
        if (device >= 0 && !emulator->devices[device].recording)
            return gw_error_set(error, GW_EUSAGE, "fault: %s: %s is not there",
                                gw_fault_word(config->faults[k].kind),
                                emulator->devices[device].name);
        status = gw_fault_plan_add(&emulator->faults, &config->faults[k], emulator_monotonic_ns(),
                                   error);
    }
    return status;
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
        status = faults_plan(emulator, config, error);
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

/* The acceptor ends first, so that no new session begins. */
static void threads_end(gw_emulator *emulator)
{
    uint64_t one = 1;
    if (!emulator->accepting)
        return;
    if (write(emulator->wake, &one, sizeof one) == (ssize_t)sizeof one)
        pthread_join(emulator->acceptor, NULL);
    emulator_sessions_end(emulator);
}

void gw_emulator_destroy(gw_emulator *emulator)
{
    if (!emulator)
        return;
    threads_end(emulator);
    if (emulator->wake >= 0)
        close(emulator->wake);
    emulator_listeners_close(emulator);
    for (size_t k = 0; k < GW_KIND_COUNT; k++) {
        emulator_pace_free(&emulator->devices[k].pace);
        gw_recording_close(emulator->devices[k].recording);
        pthread_mutex_destroy(&emulator->devices[k].lock);
    }
    gw_fault_plan_free(&emulator->faults);
    emulator_clock_free(&emulator->clock);
    pthread_mutex_destroy(&emulator->lock);
    free(emulator->xml);
    free(emulator);
}
