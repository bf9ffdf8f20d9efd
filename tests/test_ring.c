/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/bell.h"
#include "daemon/ring.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

enum { N_THROUGH = 200000, N_SLOTS = 16 };

static void a_size_that_is_no_power_of_two_is_refused(void **state)
{
    gw_ring *ring;
    (void)state;
    assert_int_equal(gw_ring_create(0, 8, &ring), GW_EINVAL);
    assert_int_equal(gw_ring_create(1, 8, &ring), GW_EINVAL);
    assert_int_equal(gw_ring_create(12, 8, &ring), GW_EINVAL);
    assert_int_equal(gw_ring_create(GW_RING_SLOTS_MAX * 2, 8, &ring), GW_EINVAL);
    assert_int_equal(gw_ring_create(16, 0, &ring), GW_EINVAL);
    assert_int_equal(gw_ring_create(16, SIZE_MAX / 2, &ring), GW_EINVAL);
    assert_null(ring);
}

static void a_full_ring_refuses_and_keeps_what_it_holds(void **state)
{
    gw_ring *ring;
    (void)state;
    assert_int_equal(gw_ring_create(4, sizeof(int), &ring), GW_OK);
    assert_null(gw_ring_peek(ring));
    for (int k = 0; k < 4; k++) {
        int *slot = gw_ring_reserve(ring);
        assert_non_null(slot);
        *slot = k;
        gw_ring_commit(ring);
    }
    assert_null(gw_ring_reserve(ring));
    assert_int_equal(gw_ring_fill(ring), 4);
    for (int k = 0; k < 4; k++) {
        assert_int_equal(*(int *)gw_ring_peek(ring), k);
        gw_ring_release(ring);
    }
    assert_null(gw_ring_peek(ring));
    assert_int_equal(gw_ring_fill(ring), 0);
    gw_ring_destroy(ring);
}

static void an_uncommitted_slot_is_not_seen(void **state)
{
    gw_ring *ring;
    (void)state;
    assert_int_equal(gw_ring_create(2, sizeof(int), &ring), GW_OK);
    void *slot = gw_ring_reserve(ring);
    assert_ptr_equal(slot, gw_ring_reserve(ring));
    assert_null(gw_ring_peek(ring));
    gw_ring_commit(ring);
    assert_ptr_equal(gw_ring_peek(ring), slot);
    gw_ring_destroy(ring);
}

static void blocks_do_not_overlap(void **state)
{
    const gw_stream stream = {.kind = GW_KIND_GPR, .n_channels = 3, .n_samples = 7};
    gw_ring *ring;
    gw_block *blocks[4];
    (void)state;
    assert_int_equal(gw_ring_create_blocks(4, &stream, 5, &ring), GW_OK);
    for (int k = 0; k < 4; k++) {
        blocks[k] = gw_ring_reserve(ring);
        assert_int_equal(blocks[k]->max_rows, 5);
        for (int c = 0; c < 5 * 3 * 7; c++)
            blocks[k]->counts[c] = k;
        for (int c = 0; c < 5; c++)
            blocks[k]->place_mm[c] = 100 + k;
        gw_ring_commit(ring);
    }
    for (int k = 0; k < 4; k++) {
        gw_block *block = gw_ring_peek(ring);
        assert_ptr_equal(block, blocks[k]);
        assert_int_equal(block->max_rows, 5);
        for (int c = 0; c < 5 * 3 * 7; c++)
            assert_int_equal(block->counts[c], k);
        for (int c = 0; c < 5; c++)
            assert_int_equal(block->place_mm[c], 100 + k);
        gw_ring_release(ring);
    }
    gw_ring_destroy(ring);
}

typedef struct pair {
    gw_ring *ring;
    gw_bell full, empty; /* rung by the consumer, by the producer */
} pair;

static void *numbers_produce(void *user)
{
    pair *p = user;
    for (size_t k = 0; k < N_THROUGH;) {
        size_t *slot = gw_ring_reserve(p->ring);
        if (!slot) {
            gw_bell_arm(&p->full);
            if (!gw_ring_reserve(p->ring))
                gw_bell_wait(&p->full, 5000);
            continue;
        }
        slot[0] = k;
        slot[1] = ~k;
        gw_ring_commit(p->ring);
        gw_bell_ring(&p->empty);
        k++;
    }
    return NULL;
}

static void everything_passes_between_two_threads_in_order(void **state)
{
    pair p;
    pthread_t producer;
    (void)state;
    assert_int_equal(gw_ring_create(N_SLOTS, 2 * sizeof(size_t), &p.ring), GW_OK);
    assert_int_equal(gw_bell_create(&p.full, NULL), GW_OK);
    assert_int_equal(gw_bell_create(&p.empty, NULL), GW_OK);
    assert_int_equal(pthread_create(&producer, NULL, numbers_produce, &p), 0);
    for (size_t k = 0; k < N_THROUGH;) {
        const size_t *slot = gw_ring_peek(p.ring);
        if (!slot) {
            gw_bell_arm(&p.empty);
            if (!gw_ring_peek(p.ring))
                gw_bell_wait(&p.empty, 5000);
            continue;
        }
        assert_int_equal(slot[0], k);
        assert_int_equal(slot[1], ~k);
        gw_ring_release(p.ring);
        gw_bell_ring(&p.full);
        k++;
    }
    pthread_join(producer, NULL);
    gw_ring_destroy(p.ring);
    gw_bell_destroy(&p.full);
    gw_bell_destroy(&p.empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_size_that_is_no_power_of_two_is_refused),
        cmocka_unit_test(a_full_ring_refuses_and_keeps_what_it_holds),
        cmocka_unit_test(an_uncommitted_slot_is_not_seen),
        cmocka_unit_test(blocks_do_not_overlap),
        cmocka_unit_test(everything_passes_between_two_threads_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
