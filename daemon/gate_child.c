/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/gate_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/thread.h"

enum {
    PAGE_FD = 3, /* in the gate; nothing else is handed down */
    QUEUE_FD = 4,
    FD_ABOVE = 100,
    STOP_MS = 3000,
    ARGUMENTS_MAX = 48
};

static const int64_t back_off_least_ns = 100000000, back_off_most_ns = 2000000000;
static const int64_t settled_ns = 10000000000; /* after which the back-off begins anew */

extern char **environ;

struct gw_gate {
    gw_gate_config config;
    pid_t pid; /* 0: not running */
    int64_t started_ns, due_ns, back_off_ns;
    bool is_ready, was_ready, is_stopping;
    int early_exit;
    uint64_t published;
    char program[4096];
};

static gw_status program_find(char *path, size_t size, gw_error *error)
{
    ssize_t n = readlink("/proc/self/exe", path, size - 32);
    if (n < 0)
        return gw_error_set(error, GW_EIO, "/proc/self/exe: %s", strerror(errno));
    path[n] = 0;
    char *slash = strrchr(path, '/');
    snprintf(slash ? slash + 1 : path, 32, "groundwatch-gate");
    if (access(path, X_OK) < 0)
        return gw_error_set(error, GW_ENOENT, "%s: %s", path, strerror(errno));
    return GW_OK;
}

static int fd_move(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, FD_ABOVE);
    if (moved >= 0)
        close(fd);
    return moved >= 0 ? moved : fd;
}

gw_status gw_gate_create(const gw_gate_config *config, gw_gate **out, gw_error *error)
{
    gw_gate *gate = calloc(1, sizeof *gate);
    *out = NULL;
    if (!gate)
        return gw_error_set(error, GW_ENOMEM, "gate: out of memory");
    gw_status status = program_find(gate->program, sizeof gate->program, error);
    if (status != GW_OK) {
        free(gate);
        return status;
    }
    gate->config = *config;
    gate->config.page_fd = fd_move(config->page_fd);
    gate->config.gate_queue_fd = fd_move(config->gate_queue_fd);
    gate->early_exit = -1;
    gate->back_off_ns = back_off_least_ns;
    *out = gate;
    return GW_OK;
}

/* argv of the gate, as daemon/link.h says. */
static void arguments_fill(const gw_gate *gate, const char *argv[ARGUMENTS_MAX])
{
    const gw_gate_config *c = &gate->config;
    size_t n = 0;
    argv[n++] = gate->program;
    argv[n++] = "--page-fd";
    argv[n++] = "3";
    argv[n++] = "--queue-fd";
    argv[n++] = "4";
    argv[n++] = "--journal";
    argv[n++] = c->journal;
    argv[n++] = "--device";
    argv[n++] = c->device;
    for (size_t k = 0; k < c->n_live; k++) {
        argv[n++] = "--live";
        argv[n++] = c->live[k];
    }
    for (size_t k = 0; k < c->n_replay; k++) {
        argv[n++] = "--replay";
        argv[n++] = c->replay[k];
    }
    if (c->secret_key) {
        argv[n++] = "--secret-key";
        argv[n++] = c->secret_key;
        argv[n++] = "--clients";
        argv[n++] = c->clients;
    }
    argv[n] = NULL;
}

static int gate_spawn(gw_gate *gate)
{
    const char *argv[ARGUMENTS_MAX];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, defaults;
    arguments_fill(gate, argv);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, gate->config.page_fd, PAGE_FD);
    posix_spawn_file_actions_adddup2(&files, gate->config.gate_queue_fd, QUEUE_FD);
    posix_spawn_file_actions_addclosefrom_np(&files, QUEUE_FD + 1);
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    /* A group of its own: control-C at the terminal is for the daemon. */
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    union {
        const char **in;
        char **out;
    } arguments = {argv}; /* posix_spawn does not write them */
    int failed =
        posix_spawn(&gate->pid, gate->program, &files, &attributes, arguments.out, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return failed;
}

static void gate_start(gw_gate *gate, int64_t now)
{
    gate->started_ns = now;
    gate->is_ready = false;
    int failed = gate_spawn(gate);
    if (!failed)
        return;
    gate->pid = 0;
    gate->due_ns = now + gate->back_off_ns;
    gw_log("groundwatchd: %s: %s", gate->program, strerror(failed));
}

static void gate_reap(gw_gate *gate, int64_t now)
{
    int status;
    if (waitpid(gate->pid, &status, WNOHANG) != gate->pid)
        return;
    gate->pid = 0;
    gate->is_ready = false;
    if (!gate->was_ready && gate->early_exit < 0)
        gate->early_exit = WIFEXITED(status) ? WEXITSTATUS(status) : 70;
    if (now - gate->started_ns > settled_ns)
        gate->back_off_ns = back_off_least_ns;
    gate->due_ns = now + gate->back_off_ns;
    gw_log("groundwatchd: the gate ended (%s %d); it is started again in %.1f s",
           WIFSIGNALED(status) ? "signal" : "status",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
           (double)gate->back_off_ns * 1e-9);
    gate->back_off_ns *= 2;
    if (gate->back_off_ns > back_off_most_ns)
        gate->back_off_ns = back_off_most_ns;
}

static void orders_take(gw_gate *gate)
{
    struct {
        gw_link_order head;
        char json[GW_LINK_JSON_MAX + 1];
    } in;
    ssize_t n;
    while ((n = recv(gate->config.core_queue_fd, &in, sizeof in - 1, MSG_DONTWAIT)) > 0) {
        if ((size_t)n < sizeof in.head || (size_t)n != sizeof in.head + in.head.n_json)
            continue;
        in.json[in.head.n_json] = 0;
        if (in.head.type == GW_LINK_ACK) {
            gate->published = in.head.published_seq;
            gate->is_ready = gate->was_ready = gate->pid > 0;
        } else if (in.head.type == GW_LINK_COMMAND && gate->config.command) {
            gate->config.command(gate->config.user, in.head.kind, in.json, in.head.n_json);
        }
    }
}

void gw_gate_tick(gw_gate *gate)
{
    int64_t now = gw_clock_monotonic_ns();
    if (gate->is_stopping)
        return;
    orders_take(gate);
    if (gate->pid > 0)
        gate_reap(gate, now);
    else if (now >= gate->due_ns)
        gate_start(gate, now);
}

bool gw_gate_is_ready(const gw_gate *gate)
{
    return gate->is_ready;
}

uint64_t gw_gate_published(const gw_gate *gate)
{
    return gate->published;
}

int gw_gate_early_exit(const gw_gate *gate)
{
    return gate->early_exit;
}

static bool child_waited(const gw_gate *gate)
{
    return waitpid(gate->pid, NULL, WNOHANG) != 0;
}

void gw_gate_stop(gw_gate *gate, void (*idle)(void *user), void *user)
{
    const struct timespec step = {.tv_nsec = 20000000};
    gate->is_stopping = true;
    close(gate->config.core_queue_fd);
    close(gate->config.gate_queue_fd);
    gate->config.core_queue_fd = gate->config.gate_queue_fd = -1;
    for (int waited = 0; gate->pid > 0 && waited < STOP_MS; waited += 20) {
        if (child_waited(gate)) {
            gate->pid = 0;
            break;
        }
        if (idle)
            idle(user);
        nanosleep(&step, NULL);
    }
    if (gate->pid > 0) {
        gw_log("groundwatchd: the gate did not end and is killed");
        kill(gate->pid, SIGKILL);
        waitpid(gate->pid, NULL, 0);
        gate->pid = 0;
    }
}

void gw_gate_destroy(gw_gate *gate)
{
    if (!gate)
        return;
    if (gate->config.core_queue_fd >= 0)
        gw_gate_stop(gate, NULL, NULL);
    close(gate->config.page_fd);
    free(gate);
}
