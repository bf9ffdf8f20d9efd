/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "benches/bare.h"

#include <fftw3.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PLANS_MAX = 256, ALIGNMENT = 64 };

typedef enum { R2C, C2R, C2C_FORWARD, C2C_BACKWARD } transform;

static const char *const transform_names[] = {"r2c", "c2r", "c2c forward", "c2c backward"};

/* A plan of ours: what it was asked for. */
typedef struct made {
    fftwf_plan plan; /* NULL: destroyed */
    transform kind;
    int size;
    unsigned flags;
    void *in, *out;
} made;

/* An array of ours and its twin. */
typedef struct twin {
    void *ours, *memory, *array;
    size_t n_bytes; /* of memory */
} twin;

struct bare {
    size_t n_plans, n_calls, n_twins;
    made plans[PLANS_MAX]; /* twins of ours */
    size_t counts[PLANS_MAX];
    twin twins[2 * PLANS_MAX];
    uint8_t *calls; /* [n_calls] index of a plan */
};

static made ours[PLANS_MAX];
static size_t n_ours, n_called, max_called;
static uint8_t *called; /* [n_called] */
static bool is_recording;

fftwf_plan __real_fftwf_plan_dft_r2c_1d(int n, float *in, fftwf_complex *out, unsigned flags);
fftwf_plan __real_fftwf_plan_dft_c2r_1d(int n, fftwf_complex *in, float *out, unsigned flags);
fftwf_plan __real_fftwf_plan_dft_1d(int n, fftwf_complex *in, fftwf_complex *out, int sign,
                                    unsigned flags);
void __real_fftwf_execute(fftwf_plan plan);
void __real_fftwf_destroy_plan(fftwf_plan plan);

fftwf_plan __wrap_fftwf_plan_dft_r2c_1d(int n, float *in, fftwf_complex *out, unsigned flags);
fftwf_plan __wrap_fftwf_plan_dft_c2r_1d(int n, fftwf_complex *in, float *out, unsigned flags);
fftwf_plan __wrap_fftwf_plan_dft_1d(int n, fftwf_complex *in, fftwf_complex *out, int sign,
                                    unsigned flags);
void __wrap_fftwf_execute(fftwf_plan plan);
void __wrap_fftwf_destroy_plan(fftwf_plan plan);

static void give_up(const char *cause)
{
    fprintf(stderr, "bare: %s\n", cause);
    exit(70);
}

static fftwf_plan plan_note(const made *plan)
{
    if (!plan->plan)
        return NULL;
    if (n_ours == PLANS_MAX)
        give_up("more plans than can be written down");
    ours[n_ours++] = *plan;
    return plan->plan;
}

fftwf_plan __wrap_fftwf_plan_dft_r2c_1d(int n, float *in, fftwf_complex *out, unsigned flags)
{
    fftwf_plan plan = __real_fftwf_plan_dft_r2c_1d(n, in, out, flags);
    return plan_note(&(made){plan, R2C, n, flags, in, out});
}

fftwf_plan __wrap_fftwf_plan_dft_c2r_1d(int n, fftwf_complex *in, float *out, unsigned flags)
{
    fftwf_plan plan = __real_fftwf_plan_dft_c2r_1d(n, in, out, flags);
    return plan_note(&(made){plan, C2R, n, flags, in, out});
}

fftwf_plan __wrap_fftwf_plan_dft_1d(int n, fftwf_complex *in, fftwf_complex *out, int sign,
                                    unsigned flags)
{
    transform kind = sign == FFTW_FORWARD ? C2C_FORWARD : C2C_BACKWARD;
    fftwf_plan plan = __real_fftwf_plan_dft_1d(n, in, out, sign, flags);
    return plan_note(&(made){plan, kind, n, flags, in, out});
}

static size_t ours_find(fftwf_plan plan)
{
    for (size_t k = n_ours; k-- > 0;)
        if (ours[k].plan == plan)
            return k;
    give_up("a plan that was made by a call which bare.c does not know");
    return 0;
}

static void call_note(size_t plan)
{
    if (n_called == max_called) {
        max_called = max_called ? 2 * max_called : 4096;
        called = realloc(called, max_called);
        if (!called)
            give_up("out of memory");
    }
    called[n_called++] = (uint8_t)plan;
}

void __wrap_fftwf_execute(fftwf_plan plan)
{
    if (is_recording)
        call_note(ours_find(plan));
    __real_fftwf_execute(plan);
}

void __wrap_fftwf_destroy_plan(fftwf_plan plan)
{
    for (size_t k = 0; k < n_ours; k++)
        if (ours[k].plan == plan)
            ours[k].plan = NULL;
    __real_fftwf_destroy_plan(plan);
}

void bare_record(void)
{
    n_called = 0;
    is_recording = true;
}

/* Of any plan: its size complex values hold a real array as well. */
static void *twin_of(bare *b, void *array, int size)
{
    size_t offset = (uintptr_t)array % ALIGNMENT, n_bytes = (size_t)size * sizeof(fftwf_complex);
    for (size_t k = 0; k < b->n_twins; k++)
        if (b->twins[k].ours == array)
            return b->twins[k].array;
    twin *new = &b->twins[b->n_twins++];
    n_bytes = (n_bytes + ALIGNMENT + offset) / ALIGNMENT * ALIGNMENT;
    *new = (twin){array, aligned_alloc(ALIGNMENT, n_bytes), NULL, n_bytes};
    if (!new->memory)
        give_up("out of memory");
    new->array = (char *)new->memory + offset;
    return new->array;
}

static void plan_twin(bare *b, made *plan)
{
    void *in = twin_of(b, plan->in, plan->size), *out = twin_of(b, plan->out, plan->size);
    int n = plan->size, sign = plan->kind == C2C_FORWARD ? FFTW_FORWARD : FFTW_BACKWARD;
    if (plan->kind == R2C)
        plan->plan = __real_fftwf_plan_dft_r2c_1d(n, in, out, plan->flags);
    else if (plan->kind == C2R)
        plan->plan = __real_fftwf_plan_dft_c2r_1d(n, in, out, plan->flags);
    else
        plan->plan = __real_fftwf_plan_dft_1d(n, in, out, sign, plan->flags);
    if (!plan->plan)
        give_up("FFTW makes no plan");
}

bare *bare_take(void)
{
    bare *b = calloc(1, sizeof *b);
    is_recording = false;
    if (!b)
        give_up("out of memory");
    b->calls = called;
    b->n_calls = n_called;
    b->n_plans = n_ours;
    memcpy(b->plans, ours, sizeof ours);
    for (size_t k = 0; k < n_called; k++)
        b->counts[called[k]]++;
    for (size_t k = 0; k < n_ours; k++) {
        b->plans[k].plan = NULL;
        if (b->counts[k])
            plan_twin(b, &b->plans[k]);
    }
    for (size_t k = 0; k < b->n_twins; k++) /* now: planning may write to them */
        memset(b->twins[k].memory, 0, b->twins[k].n_bytes);
    called = NULL;
    n_called = max_called = 0;
    return b;
}

size_t bare_count(const bare *b)
{
    return b->n_calls;
}

static bool is_alike(const made *a, const made *b)
{
    return a->kind == b->kind && a->size == b->size;
}

/* Executions of all plans like the k-th one; 0 when an earlier one told them. */
static size_t alike_count(const bare *b, size_t k)
{
    size_t n = 0;
    for (size_t j = 0; j < b->n_plans; j++) {
        if (!is_alike(&b->plans[j], &b->plans[k]))
            continue;
        if (j < k)
            return 0;
        n += b->counts[j];
    }
    return n;
}

const char *bare_text(const bare *b, double n_units, char *text)
{
    size_t at = 0;
    text[0] = '\0';
    for (size_t k = 0; k < b->n_plans && at < BARE_TEXT_MAX; k++) {
        size_t n = alike_count(b, k);
        if (n)
            at += (size_t)snprintf(text + at, BARE_TEXT_MAX - at, "%s%.4g %s %d", at ? ", " : "",
                                   (double)n / n_units, transform_names[b->plans[k].kind],
                                   b->plans[k].size);
    }
    return text;
}

void bare_run(void *user)
{
    const bare *b = user;
    for (size_t k = 0; k < b->n_calls; k++)
        __real_fftwf_execute(b->plans[b->calls[k]].plan);
}

void bare_destroy(bare *b)
{
    if (!b)
        return;
    for (size_t k = 0; k < b->n_plans; k++)
        if (b->plans[k].plan)
            __real_fftwf_destroy_plan(b->plans[k].plan);
    for (size_t k = 0; k < b->n_twins; k++)
        free(b->twins[k].memory);
    free(b->calls);
    free(b);
}
