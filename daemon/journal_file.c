/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/journal_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "drivers/crc32.h"

enum { HEADER_BYTES = 100, APPLICATION_AT = 68 }; /* sqlite.org/fileformat2.html, section 1.3 */

static const char lock_text[] = "groundwatch journal\n";

gw_status gw_journal_file_examine(const char *path, gw_journal_file *out, gw_error *error)
{
    unsigned char head[HEADER_BYTES];
    struct stat about;
    *out = GW_JOURNAL_FILE_NONE;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT ? GW_OK
                               : gw_error_set(error, GW_EIO, "%s: %s", path, strerror(errno));
    ssize_t n = fstat(fd, &about) == 0 && S_ISREG(about.st_mode) ? read(fd, head, sizeof head) : -1;
    /* No lock of SQLite's is held yet, so closing this fd takes none away. */
    close(fd);
    if (n < 0)
        return gw_error_set(error, GW_EFORMAT, "%s: not a regular file", path);
    if (n == 0)
        return GW_OK;
    const unsigned char *id = head + APPLICATION_AT;
    bool ours = n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0 &&
                (unsigned)id[0] << 24 == (GW_JOURNAL_APPLICATION & 0xff000000u) &&
                ((unsigned)id[1] << 16 | (unsigned)id[2] << 8 | id[3]) ==
                    (GW_JOURNAL_APPLICATION & 0xffffffu);
    *out = ours ? GW_JOURNAL_FILE_OURS : GW_JOURNAL_FILE_FOREIGN;
    return GW_OK;
}

gw_status gw_journal_file_lock(const char *path, int *fd, bool *was_ours, gw_error *error)
{
    char name[GW_JOURNAL_PATH_MAX + 8], text[sizeof lock_text] = "";
    snprintf(name, sizeof name, "%s.lock", path);
    *fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (*fd < 0)
        return gw_error_set(error, GW_EIO, "%s: %s", name, strerror(errno));
    if (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
        close(*fd);
        *fd = -1;
        return gw_error_set(error, GW_EBUSY, "%s: another daemon writes this journal", path);
    }
    ssize_t n = read(*fd, text, sizeof text);
    *was_ours = n == sizeof lock_text - 1 && memcmp(text, lock_text, sizeof lock_text - 1) == 0;
    /* On a full disk the mark fails: then a damaged header is refused instead of kept aside. */
    if (n == 0 && pwrite(*fd, lock_text, sizeof lock_text - 1, 0) < 0)
        *was_ours = false;
    return GW_OK;
}

static void aside_name(const char *path, const char *why, char *aside)
{
    struct timespec now;
    struct tm utc;
    char day[24];
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(day, sizeof day, "%Y%m%dT%H%M%S", &utc);
    snprintf(aside, GW_JOURNAL_PATH_MAX, "%.4000s.%s-%s.%09ldZ", path, why, day, now.tv_nsec);
}

static int both_rename(const char *from, const char *to, const char *suffix)
{
    char a[GW_JOURNAL_PATH_MAX + 8], b[GW_JOURNAL_PATH_MAX + 8];
    snprintf(a, sizeof a, "%s%s", from, suffix);
    snprintf(b, sizeof b, "%s%s", to, suffix);
    return rename(a, b);
}

gw_status gw_journal_file_put_aside(const char *path, const char *why, char *aside, gw_error *error)
{
    aside_name(path, why, aside);
    if (both_rename(path, aside, "") < 0)
        return gw_error_set(error, GW_EIO, "%s: cannot be kept aside: %s", path, strerror(errno));
    if ((both_rename(path, aside, "-wal") < 0 && errno != ENOENT) ||
        (both_rename(path, aside, "-shm") < 0 && errno != ENOENT)) {
        int cause = errno;
        gw_journal_file_put_back(path, aside);
        return gw_error_set(error, GW_EIO, "%s-wal: cannot be kept aside: %s", path,
                            strerror(cause));
    }
    return GW_OK;
}

void gw_journal_file_put_back(const char *path, const char *aside)
{
    static const char *const suffixes[] = {"-shm", "-wal", ""};
    for (int k = 0; k < 3; k++) {
        char name[GW_JOURNAL_PATH_MAX + 8];
        snprintf(name, sizeof name, "%s%s", path, suffixes[k]);
        if (both_rename(aside, path, suffixes[k]) < 0 && k < 2)
            unlink(name); /* of the new file; it must not be taken for the old one's */
    }
}

uint32_t gw_journal_crc(const char *stream, const gw_journal_record *record)
{
    const int64_t numbers[] = {(int64_t)record->seq, (int64_t)record->kind_seq, record->time_ns};
    const char *kind = gw_record_name(record->kind);
    uint32_t crc = gw_crc32(0, stream, strlen(stream) + 1);
    crc = gw_crc32(crc, numbers, sizeof numbers);
    crc = gw_crc32(crc, kind, strlen(kind) + 1);
    crc = gw_crc32(crc, record->topic, strlen(record->topic) + 1);
    return gw_crc32(crc, record->json, strlen(record->json) + 1);
}
