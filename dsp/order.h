/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * dsp/order.h -- the value that so many others are less than.
 *
 * Quickselect with the middle of three for a pivot [Hoare1961]: O(n) in the mean. Not qsort(),
 * which allocates for more than a kilobyte and orders what nobody asks for.
 */
#ifndef GW_DSP_ORDER_H
#define GW_DSP_ORDER_H

#include <stddef.h>

/* What values[rank] would be if values [n] were ascending; their order changes. rank < n. */
double gw_order_nth(double *values, size_t n, size_t rank);

/* The value that `part`, 0..1, of the others lie below; 0 of none. */
double gw_order_quantile(double *values, size_t n, double part);

#endif
