# SPDX-License-Identifier: GPL-3.0-or-later
#
# usage: awk -f report.awk CTEST-OUTPUT LastTest.log
# Prints what failing tests printed, every skip with its reason, "counts: PASSED FAILED SKIPPED",
# and of each failing test, after "failure: ", its name, how it ended, and its last lines.
# A skip is a test that CTest did not run, a cmocka skip(), Python's `... skipped 'why'`, or a line
# `skipped: NAME: why` of a test that went on.

BEGIN { LAST_LINES = 6; LAST_COLUMNS = 300 }
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
n_files == 1 && list != "" && /^\t *[0-9]+ - / { state[$3] = list; how[$3] = $4 }

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

# The last lines that are not empty, each short enough to be read among others.
function fail(   k, first) {
    failures[++n_failures] = name " " how[name]
    for (first = n_lines + 1; first > 1 && k < LAST_LINES; first--)
        k += lines[first - 1] != ""
    for (; first <= n_lines; first++)
        if (lines[first] != "")
            failures[++n_failures] = "  " substr(lines[first], 1, LAST_COLUMNS)
}

function finish(   k, last) {
    if (state[name] == "failed") {
        fail()
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
    for (k = 1; k <= n_failures; k++)
        print "failure: " failures[k]
    if (n_tests != "")
        print "counts: " n_tests - n_failed - n_not_run, n_failed + 0, n_skips + 0
}
