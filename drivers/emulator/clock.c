/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/clock.h"

#include <math.h>
#include <time.h>

static int64_t clock_read_ns(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t emulator_monotonic_ns(void)
{
    return clock_read_ns(CLOCK_MONOTONIC);
}

void emulator_clock_init(emulator_clock *clock, double speed, bool loop)
{
    *clock = (emulator_clock){.speed = speed, .loop = loop};
    pthread_mutex_init(&clock->lock, NULL);
}

void emulator_clock_free(emulator_clock *clock)
{
    pthread_mutex_destroy(&clock->lock);
}

void emulator_clock_start(emulator_clock *clock)
{
    pthread_mutex_lock(&clock->lock);
    if (!clock->started) {
        clock->start_ns = emulator_monotonic_ns();
        clock->base_ns = clock_read_ns(CLOCK_REALTIME);
        clock->started = true;
    }
    pthread_mutex_unlock(&clock->lock);
}

int64_t emulator_clock_now_ns(const emulator_clock *clock)
{
    int64_t passed_ns = emulator_monotonic_ns() - clock->start_ns;
    return (int64_t)((long double)passed_ns * (long double)clock->speed);
}

int64_t emulator_clock_deadline_ns(const emulator_clock *clock, int64_t time_ns)
{
    return clock->start_ns + (int64_t)ceill((long double)time_ns / (long double)clock->speed);
}

static bool clock_loops(const emulator_clock *clock, const emulator_pace *pace)
{
    return clock->loop && clock->period_ns > 0 && pace->n_rows > 0 && pace->n_rows != UINT64_MAX;
}

uint64_t emulator_clock_rows(const emulator_clock *clock, const emulator_pace *pace,
                             int64_t time_ns)
{
    if (time_ns < 0)
        return 0;
    if (!clock_loops(clock, pace))
        return emulator_pace_rows(pace, time_ns);
    return (uint64_t)(time_ns / clock->period_ns) * pace->n_rows +
           emulator_pace_rows(pace, time_ns % clock->period_ns);
}

uint64_t emulator_clock_row(const emulator_clock *clock, const emulator_pace *pace, uint64_t played)
{
    return clock_loops(clock, pace) ? played % pace->n_rows : played;
}

int64_t emulator_clock_row_ns(const emulator_clock *clock, const emulator_pace *pace,
                              uint64_t played)
{
    if (!clock_loops(clock, pace))
        return emulator_pace_row_ns(pace, played);
    return (int64_t)(played / pace->n_rows) * clock->period_ns +
           emulator_pace_row_ns(pace, played % pace->n_rows);
}

uint64_t emulator_clock_index(const emulator_clock *clock, const emulator_pace *pace,
                              uint64_t played)
{
    if (!clock_loops(clock, pace))
        return pace->first_row + emulator_pace_index(pace, played);
    uint64_t round_rows = emulator_pace_index(pace, pace->n_rows - 1) + 1;
    return pace->first_row + played / pace->n_rows * round_rows +
           emulator_pace_index(pace, played % pace->n_rows);
}
