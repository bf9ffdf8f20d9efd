# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f report.awk CTEST-OUTPUT LastTest.log
# Prints what failing tests printed, every skip with its reason, and "counts: PASSED FAILED SKIPPED"
# A skip is a test that CTest did not run, a cmocka skip(), Python's `... skipped 'why'`, or a line
# `skipped: NAME: why` of a test that went on.

FNR == 1 { n_files++ }

n_files == 1 && /% tests passed/ {
    for (k = 1; k < NF; k++) {
        if ($k == "tests" && $(k + 1) == "failed")
            n_failed = $(k - 1)
        if ($k == "of")
            n_tests = $(k + 1)
    }
}
n_files == 1 && /^The following tests FAILED:/ { list = "failed" }
n_files == 1 && /^The following tests did not run:/ { list = "skipped" }
n_files == 1 && list != "" && /^\t *[0-9]+ - / { state[$3] = list }

n_files == 2 && /^[0-9]+\/[0-9]+ Testing: / { name = $3; n_lines = n_rules = 0; next }
n_files == 2 && /^Output:$/ { in_output = 1; n_rules = 0; next }
n_files == 2 && /^<end of output>/ { in_output = 0; finish(); next }
n_files == 2 && in_output && n_rules++ > 0 { lines[++n_lines] = $0 }

function skip(text) { skips[++n_skips] = text }

function scan(   k, before) {
    for (k = 1; k <= n_lines; k++) {
        if (lines[k] ~ /listed below:$/)
            return
        before = k > 1 && lines[k - 1] !~ /^\[/ ? ": " lines[k - 1] : ""
        if (lines[k] ~ /^\[  SKIPPED \]/)
            skip(name ": " substr(lines[k], 14) before)
        else if (lines[k] ~ /\.\.\. skipped / || lines[k] ~ /^skipped: /)
            skip(name ": " lines[k])
    }
}

function finish(   k, last) {
    if (state[name] == "failed") {
        printf "---- %s failed:\n", name
        for (k = n_lines > 80 ? n_lines - 80 : 1; k <= n_lines; k++)
            print lines[k]
    } else if (state[name] == "skipped") {
        for (k = 1; k <= n_lines; k++)
            if (lines[k] != "")
                last = lines[k]
        skip(name ": " (last == "" ? "no reason given" : last))
        n_not_run++
    } else {
        scan()
    }
}

END {
    if (n_skips)
        printf "skipped: %d\n", n_skips
    for (k = 1; k <= n_skips; k++)
        print "  " skips[k]
    if (n_tests != "")
        print "counts: " n_tests - n_failed - n_not_run, n_failed + 0, n_skips + 0
}
