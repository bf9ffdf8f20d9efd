/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/allocation_support.h -- allocations are counted, while is_counting; linked with --wrap.
 * What the C library allocates by itself is not seen, so that a call of qsort() counts as one: for
 * more than a kilobyte it does.
 */
#ifndef GW_TESTS_ALLOCATION_SUPPORT_H
#define GW_TESTS_ALLOCATION_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>

static volatile size_t n_allocations;
static volatile bool is_counting;

void *__real_malloc(size_t size);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void __real_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
void __wrap_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));

void __wrap_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    n_allocations += is_counting;
    __real_qsort(base, n, size, compare);
}

void *__wrap_malloc(size_t size)
{
    n_allocations += is_counting;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
    n_allocations += is_counting;
    return __real_calloc(n, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    n_allocations += is_counting;
    return __real_realloc(memory, size);
}

#endif
