# SPDX-License-Identifier: GPL-3.0-or-later
"""Confidence limits equal scipy's to 1e-9 relative, for every k of n = 1..1000."""
import subprocess

import gw

try:
    import numpy
    from scipy.stats import beta, gamma
except ImportError:
    gw.skip("python3-scipy is not installed")

ALPHA, MOST = 0.05, 1000
run = subprocess.run([str(gw.BIN.parent / "tests" / "tool_limits"), str(ALPHA), str(MOST)],
                     capture_output=True, text=True, check=True, timeout=600)
lines = [line.split() for line in run.stdout.splitlines()]
binomial = numpy.array([line for line in lines if len(line) == 4], dtype=float)
poisson = numpy.array([line for line in lines if len(line) == 3], dtype=float)
assert len(binomial) == MOST * (MOST + 3) // 2 and len(poisson) == MOST + 1


def worst(got, wanted):
    assert not numpy.isnan(got).any()
    zero = wanted == 0
    assert (got[zero] == 0).all()
    return numpy.max(numpy.abs(got[~zero] / wanted[~zero] - 1))


k, n, low, high = binomial.T
wanted_low = numpy.where(k == 0, 0, beta.ppf(ALPHA / 2, numpy.maximum(k, 1), n - k + 1))
wanted_high = numpy.where(k == n, 1, beta.isf(ALPHA / 2, k + 1, numpy.maximum(n - k, 1)))
errors = [worst(low, wanted_low), worst(high, wanted_high)]
k, low, high = poisson.T
errors += [worst(low, numpy.where(k == 0, 0, gamma.ppf(ALPHA / 2, numpy.maximum(k, 1)))),
           worst(high, gamma.isf(ALPHA / 2, k + 1))]
assert max(errors) < 1e-9, errors
print(f"{len(binomial)} binomial and {len(poisson)} Poisson pairs; worst relative error "
      f"{max(errors):.1e}")
