/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "dsp/order.h"

static double middle_of(double a, double b, double c)
{
    if (a < b)
        return b < c ? b : a < c ? c : a;
    return a < c ? a : b < c ? c : b;
}

static void swap(double *values, size_t a, size_t b)
{
    double value = values[a];
    values[a] = values[b];
    values[b] = value;
}

double gw_order_nth(double *values, size_t n, size_t rank)
{
    size_t from = 0, to = n;
    while (to - from > 1) { /* less [from, less) | as the pivot [less, k) | to be seen | more */
        double pivot = middle_of(values[from], values[from + (to - from) / 2], values[to - 1]);
        size_t less = from, more = to;
        for (size_t k = from; k < more;)
            if (values[k] < pivot)
                swap(values, k++, less++);
            else if (values[k] > pivot)
                swap(values, k, --more);
            else
                k++;
        if (rank < less)
            to = less;
        else if (rank >= more)
            from = more;
        else
            break;
    }
    return values[rank];
}

double gw_order_quantile(double *values, size_t n, double part)
{
    return n ? gw_order_nth(values, n, (size_t)(part * (double)(n - 1))) : 0;
}
