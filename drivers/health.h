/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/health.h -- what can be seen of a block without knowing what it means.
 */
#ifndef GW_DRIVERS_HEALTH_H
#define GW_DRIVERS_HEALTH_H

#include "dsp/frame.h"

/* GW_BLOCK_CLIPPED: more than 0.1 % of the samples are at the ends of the format.
 * GW_BLOCK_STUCK: every sample of a channel is the same (gpr: within each scan; md: in the block).
 */
uint32_t gw_health_flags(const gw_stream *stream, const gw_block *block);

#endif
