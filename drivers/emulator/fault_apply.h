/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/fault_apply.h -- the places of the emulator where a fault makes itself felt.
 */
#ifndef GW_DRIVERS_EMULATOR_FAULT_APPLY_H
#define GW_DRIVERS_EMULATOR_FAULT_APPLY_H

#include "drivers/emulator/impl.h"

/* Wait while a fault of this kind goes on. False: the client is gone. */
bool emulator_fault_wait(emulator_session *session, gw_fault_kind kind, int device);

/* A negative errno in place of the next samples, or 0. */
int64_t emulator_fault_error(gw_emulator *emulator, const emulator_device *device);

/* Samples that a chunk may have, at most `wanted`. */
uint64_t emulator_fault_chunk(gw_emulator *emulator, const emulator_device *device,
                              uint64_t wanted);

/* Is the connection to end within this reply? *n_bytes: how many of its samples' bytes still go. */
bool emulator_fault_cut(emulator_session *session, const emulator_device *device,
                        uint64_t *n_bytes);

/* Samples that are lost before they are produced, or late, and the clock. True: none are made now.
 */
bool emulator_fault_samples(gw_emulator *emulator, emulator_stream *stream);

/* After a chunk of n samples went: do they come again? */
void emulator_fault_repeat(gw_emulator *emulator, emulator_stream *stream, uint64_t n);

/* Bytes of the context's document that are sent. */
size_t emulator_fault_document(gw_emulator *emulator);

/* By the acceptor: when a restart is due, close everything, wait, and listen again. */
void emulator_fault_restart(gw_emulator *emulator);

#endif
