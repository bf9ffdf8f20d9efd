/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a fuzz target over its corpus, and over a fixed number of mutations of every file of it,
 * drawn from a fixed seed: the same inputs in every run. Built with clang's -fsanitize=fuzzer the
 * same target is a libFuzzer program instead, and this file is left out. usage: fuzz_TARGET
 * CORPUS_DIR [MUTATIONS]
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 16 };

static uint64_t state = 0x9e3779b97f4a7c15u;

static uint64_t random_next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static size_t mutate(uint8_t *data, size_t size)
{
    size_t n = 1 + random_next() % 4;
    while (n-- && size) {
        size_t at = random_next() % size;
        switch (random_next() % 4) {
        case 0:
            data[at] = (uint8_t)random_next();
            break;
        case 1:
            data[at] ^= (uint8_t)(1u << random_next() % 8);
            break;
        case 2:
            size = at; /* cut */
            break;
        default:
            data[at] = (uint8_t)(random_next() % 2 ? 0xff : 0);
        }
    }
    return size;
}

static int run_file(const char *path, unsigned long n_mutations)
{
    static uint8_t seed[INPUT_MAX], data[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return 1;
    }
    size_t size = fread(seed, 1, sizeof seed, file);
    fclose(file);
    LLVMFuzzerTestOneInput(seed, size);
    for (unsigned long k = 0; k < n_mutations; k++) {
        memcpy(data, seed, size);
        LLVMFuzzerTestOneInput(data, mutate(data, size));
    }
    return 0;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : ".";
    unsigned long n_mutations = argc > 2 ? strtoul(argv[2], NULL, 10) : 2000, n_files = 0;
    DIR *dir = opendir(folder);
    int failed = 0;
    for (struct dirent *entry; dir && (entry = readdir(dir));) {
        char path[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        failed |= run_file(path, n_mutations);
        n_files++;
    }
    if (dir)
        closedir(dir);
    printf("%lu files, %lu mutations each\n", n_files, n_mutations);
    return failed || n_files == 0;
}
