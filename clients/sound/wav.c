/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/sound/wav.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_BYTES = 44, PIECE_SAMPLES = 512 };

struct gw_wav {
    int fd;
    unsigned rate_hz;
    uint64_t n_samples, n_told; /* written; as the header says */
    char path[];
};

static void number_put(unsigned char *to, uint32_t value, unsigned n_bytes)
{
    for (unsigned k = 0; k < n_bytes; k++)
        to[k] = (unsigned char)(value >> (8 * k));
}

static gw_status fail(const gw_wav *wav, gw_error *error)
{
    return gw_error_set(error, GW_EIO, "%s: %s", wav->path, strerror(errno));
}

static gw_status bytes_write(const gw_wav *wav, const void *bytes, size_t n, uint64_t at)
{
    for (size_t done = 0; done < n;) {
        ssize_t k = pwrite(wav->fd, (const char *)bytes + done, n - done, (off_t)(at + done));
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return GW_EIO;
        done += (size_t)k;
    }
    return GW_OK;
}

/* RIFF, one `fmt ` chunk (PCM), one `data` chunk. */
static gw_status header_write(gw_wav *wav, gw_error *error)
{
    unsigned char header[HEADER_BYTES] = "RIFF\0\0\0\0WAVEfmt ";
    uint32_t n_bytes = (uint32_t)(2 * wav->n_samples);
    number_put(header + 4, HEADER_BYTES - 8 + n_bytes, 4);
    number_put(header + 16, 16, 4);
    number_put(header + 20, 1, 2);
    number_put(header + 22, 1, 2);
    number_put(header + 24, wav->rate_hz, 4);
    number_put(header + 28, 2 * wav->rate_hz, 4);
    number_put(header + 32, 2, 2);
    number_put(header + 34, 16, 2);
    memcpy(header + 36, "data", 4);
    number_put(header + 40, n_bytes, 4);
    wav->n_told = wav->n_samples;
    return bytes_write(wav, header, sizeof header, 0) == GW_OK ? GW_OK : fail(wav, error);
}

gw_status gw_wav_create(const char *path, unsigned rate_hz, gw_wav **out, gw_error *error)
{
    size_t n_path = strlen(path) + 1;
    gw_wav *wav = calloc(1, sizeof *wav + n_path);
    struct stat is;
    *out = NULL;
    if (!wav)
        return gw_error_set(error, GW_ENOMEM, "%s: out of memory", path);
    memcpy(wav->path, path, n_path);
    wav->rate_hz = rate_hz;
    wav->fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0644);
    gw_status status = wav->fd < 0 ? fail(wav, error) : GW_OK;
    if (status == GW_OK && (fstat(wav->fd, &is) != 0 || !S_ISREG(is.st_mode)))
        status = gw_error_set(error, GW_EIO, "%s: no regular file; a WAV file needs one", path);
    if (status == GW_OK && ftruncate(wav->fd, 0) != 0)
        status = fail(wav, error);
    if (status == GW_OK)
        status = header_write(wav, error);
    if (status == GW_OK)
        *out = wav;
    else
        gw_wav_close(wav, NULL);
    return status;
}

gw_status gw_wav_write(gw_wav *wav, const int16_t *samples, size_t n, gw_error *error)
{
    unsigned char piece[2 * PIECE_SAMPLES];
    if (2 * (wav->n_samples + n) + HEADER_BYTES > UINT32_MAX)
        return gw_error_set(error, GW_EIO, "%s: a WAV file holds no more than 4 GiB", wav->path);
    for (size_t done = 0; done < n;) {
        size_t k = n - done < PIECE_SAMPLES ? n - done : PIECE_SAMPLES;
        for (size_t t = 0; t < k; t++)
            number_put(piece + 2 * t, (uint16_t)samples[done + t], 2);
        if (bytes_write(wav, piece, 2 * k, HEADER_BYTES + 2 * wav->n_samples) != GW_OK)
            return fail(wav, error);
        wav->n_samples += k;
        done += k;
    }
    return wav->n_samples - wav->n_told >= wav->rate_hz / 2 ? header_write(wav, error) : GW_OK;
}

gw_status gw_wav_close(gw_wav *wav, gw_error *error)
{
    gw_status status = GW_OK;
    if (!wav)
        return GW_OK;
    if (wav->fd >= 0) {
        if (wav->n_told != wav->n_samples)
            status = header_write(wav, error);
        if (close(wav->fd) != 0 && status == GW_OK)
            status = fail(wav, error);
    }
    free(wav);
    return status;
}
