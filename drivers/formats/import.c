/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/formats/import.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    SILENCE_MS = 30000, /* of a child that has ten seconds of processor time at most */
    LEAVE_MS = 2000,    /* from its last byte to its end */
    PATH_BYTES = 8192
};

static const char *const segy_endings[] = {".sgy", ".segy", ".seg"};
static const char *const hdf5_endings[] = {".h5", ".hdf5", ".out"};
static const char *const mat_endings[] = {".mat"};

static bool is_text(const char *text, size_t size)
{
    return memchr(text, 0, size) != NULL;
}

static bool is_within(double value, double most)
{
    return value >= 0 && value <= most;
}

gw_status gw_import_check(const gw_import_head *head, gw_stream *stream, gw_error *error)
{
    bool has_axes = is_within(head->sample_rate_hz, 1e15) && is_within(head->scan_spacing_m, 100) &&
                    is_within(head->row_rate_hz, 1e6) && is_within(head->center_hz, 1e12) &&
                    is_within(head->transmit_receive_offset_m, 100) &&
                    is_within(head->start_hz, 1e12) && is_within(head->step_hz, 1e12);
    bool has_bits = head->bits == 0 || head->bits == 8 || head->bits == 16 || head->bits == 32;
    if (head->magic != GW_IMPORT_MAGIC || !is_text(head->error, sizeof head->error) ||
        !is_text(head->notes, sizeof head->notes) || !is_text(head->facts, sizeof head->facts))
        return gw_error_set(error, GW_EFORMAT, "its parser answers nonsense");
    if (head->is_refused)
        return gw_error_set(error, GW_EFORMAT, "%s",
                            head->error[0] ? head->error : "refused by its parser");
    if (!has_axes || !has_bits || head->is_complex > 1 || head->n_values > GW_IMPORT_VALUES_MAX)
        return gw_error_set(error, GW_EFORMAT, "its parser answers what cannot be");
    *stream = (gw_stream){
        .kind = GW_KIND_GPR,
        .waveform = head->is_complex ? GW_WAVEFORM_SFCW : GW_WAVEFORM_IMPULSE,
        .is_complex = head->is_complex,
        .n_channels = head->n_channels,
        .n_samples = head->n_samples,
        .bits = head->bits,
        .is_signed = true,
        .sample_rate_hz = head->sample_rate_hz,
        .scan_spacing_m = head->scan_spacing_m,
        .row_rate_hz = head->row_rate_hz,
        .center_hz = head->center_hz,
        .transmit_receive_offset_m = head->transmit_receive_offset_m,
        .start_hz = head->start_hz,
        .step_hz = head->step_hz,
    };
    return GW_OK;
}

/* Beside this program, in the folder of helpers of its prefix, or where packages put it. */
static gw_status program_find(char path[PATH_BYTES], gw_error *error)
{
    static const char *const folders[] = {"", "/../libexec/groundwatch"}, *const fixed[] = {
                                                                              "/usr", "/usr/local"};
    char own[PATH_BYTES / 2] = "";
    ssize_t n = readlink("/proc/self/exe", own, sizeof own - 1);
    char *slash = n > 0 ? strrchr(own, '/') : NULL;
    for (size_t k = 0; slash && k < 2; k++) {
        snprintf(path, PATH_BYTES, "%.*s%s/groundwatch-import", (int)(slash - own), own,
                 folders[k]);
        if (access(path, X_OK) == 0)
            return GW_OK;
    }
    for (size_t k = 0; k < 2; k++) {
        snprintf(path, PATH_BYTES, "%s/libexec/groundwatch/groundwatch-import", fixed[k]);
        if (access(path, X_OK) == 0)
            return GW_OK;
    }
    return gw_error_set(error, GW_EFORMAT,
                        "only the program groundwatch-import reads such files, and it is not "
                        "there");
}

typedef struct child {
    pid_t pid;
    int pipe; /* what it writes */
} child;

static gw_status child_start(int file, const char *form, child *out, gw_error *error)
{
    char program[PATH_BYTES];
    int ends[2];
    posix_spawn_file_actions_t files;
    posix_spawnattr_t signals;
    sigset_t none, all;
    gw_status status = program_find(program, error);
    if (status != GW_OK)
        return status;
    if (pipe2(ends, O_CLOEXEC) != 0)
        return gw_error_set(error, GW_EIO, "pipe: %s", strerror(errno));
    char *argv[] = {program, strdup(form), NULL}, *environment[] = {NULL};
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, file, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&signals);
    posix_spawnattr_setsigmask(&signals, &none);
    posix_spawnattr_setsigdefault(&signals, &all);
    posix_spawnattr_setflags(&signals, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    int failed = posix_spawn(&out->pid, program, &files, &signals, argv, environment);
    posix_spawnattr_destroy(&signals);
    posix_spawn_file_actions_destroy(&files);
    free(argv[1]);
    close(ends[1]);
    out->pipe = ends[0];
    if (failed) {
        close(ends[0]);
        return gw_error_set(error, GW_EIO, "%s: %s", program, strerror(failed));
    }
    return GW_OK;
}

/* Fill `bytes`; false when the pipe ends, fails or is silent (then *is_late). */
static bool bytes_take(int pipe, void *bytes, size_t n_bytes, bool *is_late)
{
    for (size_t done = 0; done < n_bytes;) {
        struct pollfd wait = {.fd = pipe, .events = POLLIN};
        int n = poll(&wait, 1, SILENCE_MS);
        *is_late = n == 0;
        if (n == 0 || (n < 0 && errno != EINTR))
            return false;
        if (n < 0)
            continue;
        ssize_t got = read(pipe, (char *)bytes + done, n_bytes - done);
        if (got <= 0 && !(got < 0 && errno == EINTR))
            return false;
        done += got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* How the child ended; it is made to, at once where it is late or has answered. */
static int child_wait(const child *c, bool is_over)
{
    int how = 0, turns = is_over ? 0 : LEAVE_MS / 10;
    const struct timespec pause = {.tv_nsec = 10000000};
    close(c->pipe);
    while (turns-- > 0 && waitpid(c->pid, &how, WNOHANG) == 0)
        nanosleep(&pause, NULL);
    if (turns >= 0)
        return how;
    kill(c->pid, SIGKILL);
    while (waitpid(c->pid, &how, 0) < 0 && errno == EINTR)
        continue;
    return how;
}

/* Say why the child gave no answer. */
static gw_status child_blame(int how, bool is_late, gw_error *error)
{
    if (is_late)
        return gw_error_set(error, GW_EFORMAT, "its parser was stopped: silent for %d s",
                            SILENCE_MS / 1000);
    if (WIFSIGNALED(how) && (WTERMSIG(how) == SIGXCPU || WTERMSIG(how) == SIGKILL))
        return gw_error_set(error, GW_EFORMAT, "its parser was stopped: it took too long");
    if (WIFSIGNALED(how))
        return gw_error_set(error, GW_EFORMAT, "its parser died of it: %s",
                            strsignal(WTERMSIG(how)));
    return gw_error_set(error, GW_EFORMAT, "its parser ended without an answer (status %d)",
                        WEXITSTATUS(how));
}

static gw_status values_take(child *c, const gw_import_head *head, gw_table *table, bool *is_late,
                             gw_error *error)
{
    size_t n = (size_t)head->n_values;
    table->values = malloc((n ? n : 1) * sizeof *table->values);
    if (!table->values)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    table->n_values = table->max_values = n;
    if (!bytes_take(c->pipe, table->values, n * sizeof *table->values, is_late))
        return GW_EIO; /* child_blame says why */
    memcpy(table->flat.notes, head->notes, sizeof table->flat.notes);
    memcpy(table->flat.facts, head->facts, sizeof table->flat.facts);
    return GW_OK;
}

static gw_status answer_take(child *c, gw_import_head *head, gw_table *table, gw_stream *stream,
                             gw_error *error)
{
    bool is_late = false;
    gw_status status = GW_EIO;
    if (bytes_take(c->pipe, head, sizeof *head, &is_late))
        status = gw_import_check(head, stream, error);
    if (status == GW_OK)
        status = values_take(c, head, table, &is_late, error);
    int how = child_wait(c, is_late || status != GW_EIO);
    if (status == GW_EIO)
        status = child_blame(how, is_late, error);
    return status == GW_OK ? gw_table_shape(table, stream, error) : status;
}

static gw_status import(gw_table *table, const char *form, gw_stream *stream, gw_error *error)
{
    child c;
    gw_error inner = {.status = GW_OK};
    gw_import_head *head = malloc(sizeof *head);
    if (!head)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", table->flat.rows.path);
    gw_status status = child_start(table->flat.rows.fd, form, &c, &inner);
    if (status == GW_OK)
        status = answer_take(&c, head, table, stream, &inner);
    free(head);
    return status == GW_OK ? GW_OK : gw_flat_blame(table->flat.rows.path, &inner, error);
}

static gw_status segy_load(gw_table *table, uint64_t size, gw_stream *stream, gw_error *error)
{
    (void)size;
    return import(table, "segy", stream, error);
}

static gw_status hdf5_load(gw_table *table, uint64_t size, gw_stream *stream, gw_error *error)
{
    (void)size;
    return import(table, "hdf5", stream, error);
}

static gw_status mat_load(gw_table *table, uint64_t size, gw_stream *stream, gw_error *error)
{
    (void)size;
    return import(table, "mat", stream, error);
}

static gw_status segy_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                           gw_error *error)
{
    return gw_table_open(path, kind, segy_load, out, stream, error);
}

static gw_status hdf5_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                           gw_error *error)
{
    return gw_table_open(path, kind, hdf5_load, out, stream, error);
}

static gw_status mat_open(const char *path, gw_kind kind, void **out, gw_stream *stream,
                          gw_error *error)
{
    return gw_table_open(path, kind, mat_load, out, stream, error);
}

static bool segy_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, segy_endings, 3);
}

static bool hdf5_match(const char *path, const unsigned char *head, size_t n_head)
{
    static const unsigned char magic[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    return gw_path_ends(path, hdf5_endings, 2) ||
           (gw_path_ends(path, &hdf5_endings[2], 1) && n_head >= 8 && memcmp(head, magic, 8) == 0);
}

static bool mat_match(const char *path, const unsigned char *head, size_t n_head)
{
    (void)head;
    (void)n_head;
    return gw_path_ends(path, mat_endings, 1);
}

#define READER(name_of, match_of, open_of)                                                         \
    {                                                                                              \
        .format = (name_of), .match = (match_of), .list = gw_flat_list, .open = (open_of),         \
        .read = gw_table_read, .close = gw_table_close, .notes = gw_flat_notes,                    \
        .facts = gw_flat_facts                                                                     \
    }

const gw_reader gw_segy_reader = READER("SEG-Y", segy_match, segy_open);
const gw_reader gw_hdf5_reader = READER("HDF5 of gprMax", hdf5_match, hdf5_open);
const gw_reader gw_mat_reader = READER("MAT 5", mat_match, mat_open);
