/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/config.h"
#include "drivers/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char full[] = "device: head-2\n"
                           "operator: A. B.\n"
                           "sources:\n"
                           "  - uri: iio:ip:127.0.0.1:30431\n"
                           "    kind: gpr\n"
                           "    device: adc-9\n"
                           "    channels: voltage0,voltage1\n"
                           "    block_ms: 20\n"
                           "  - uri: file:lane \"1\".sigmf-meta\n"
                           "live: [tcp://127.0.0.1:7001, ipc:///run/gw/live]\n"
                           "replay: [\"tcp://[::1]:7002\"]\n"
                           "journal: /var/lib/gw/journal.sqlite\n"
                           "gnss:\n"
                           "  uri: gpsd:[::1]:2948\n"
                           "  lever_arm_m: {forward: -0.5}\n"
                           "lever_arm_m: {md: {forward: 0.3, up: -0.02}}\n"
                           "alarm:\n"
                           "  socket: /run/gw/alarm\n"
                           "survey: {height_max_m: 0.3, speed_max_m_s: 4}\n"
                           "detect:\n"
                           "  far_per_m: 0.012345678901234567\n"
                           "  speed_m_per_ns: 0.1\n"
                           "  balance: manual\n"
                           "  ground_phase_deg: [87.125, -3]\n"
                           "  array: lines\n";

static gw_status parse(const char *text, gw_config *config, gw_error *error)
{
    gw_config_default(config);
    error->text[0] = 0;
    return gw_config_parse("gw.yaml", (const unsigned char *)text, strlen(text), config, error);
}

static void refused(const char *text, const char *message)
{
    gw_config config;
    gw_error error;
    assert_int_equal(parse(text, &config, &error), GW_ECONFIG);
    assert_int_equal(error.status, GW_ECONFIG);
    assert_string_equal(error.text, message);
}

static void refused_with(const char *text, const char *begin, const char *part)
{
    gw_config config;
    gw_error error;
    assert_int_equal(parse(text, &config, &error), GW_ECONFIG);
    if (strncmp(error.text, begin, strlen(begin)) != 0 || !strstr(error.text, part))
        fail_msg("'%s' does not begin with '%s' and hold '%s'", error.text, begin, part);
}

static void every_key_is_read(void **state)
{
    gw_config c;
    gw_error error;
    (void)state;
    assert_int_equal(parse(full, &c, &error), GW_OK);
    assert_string_equal(c.device, "head-2");
    assert_string_equal(c.operator_name, "A. B.");
    assert_int_equal(c.n_sources, 2);
    assert_string_equal(c.sources[0].uri, "iio:ip:127.0.0.1:30431");
    assert_int_equal(c.sources[0].kind, GW_KIND_GPR);
    assert_string_equal(c.sources[0].device, "adc-9");
    assert_string_equal(c.sources[0].channels, "voltage0,voltage1");
    assert_true(c.sources[0].block_ms == 20);
    assert_int_equal(c.sources[1].kind, GW_KIND_COUNT);
    assert_true(c.sources[1].block_ms == 10);
    assert_int_equal(c.n_live, 2);
    assert_string_equal(c.live[1], "ipc:///run/gw/live");
    assert_int_equal(c.n_replay, 1);
    assert_string_equal(c.journal, "/var/lib/gw/journal.sqlite");
    assert_string_equal(c.alarm_socket, "/run/gw/alarm");
    assert_string_equal(c.gnss.uri, "gpsd:[::1]:2948");
    assert_true(c.gnss.lever_arm.forward_m == -0.5 && c.gnss.lever_arm.right_m == 0);
    assert_true(c.arms[GW_KIND_MD].is_known && !c.arms[GW_KIND_GPR].is_known);
    assert_true(c.arms[GW_KIND_MD].forward_m == 0.3 && c.arms[GW_KIND_MD].up_m == -0.02);
    assert_true(c.far_per_m == 0.012345678901234567 && c.speed_m_per_ns == 0.1);
    assert_true(c.survey.height_max_m == 0.3 && c.survey.speed_max_m_s == 4);
    assert_true(c.balance.mode == GW_BALANCE_MANUAL && c.balance.n_phases == 2);
    assert_true(c.balance.phase_deg[0] == 87.125 && c.balance.phase_deg[1] == -3);
    assert_int_equal(c.array, GW_ARRAY_LINES);
}

static void what_is_printed_reads_back_the_same(void **state)
{
    gw_config a, b;
    gw_error error;
    char *text = NULL;
    size_t n_text = 0;
    (void)state;
    assert_int_equal(parse(full, &a, &error), GW_OK);
    FILE *to = open_memstream(&text, &n_text);
    gw_config_print(&a, to);
    fclose(to);
    assert_int_equal(parse(text, &b, &error), GW_OK);
    assert_memory_equal(&a, &b, sizeof a);
    free(text);
}

static void a_wrong_value_names_file_line_and_key(void **state)
{
    (void)state;
    refused("device: a\ndetect:\n  far_per_m: -1\n",
            "gw.yaml:3: detect.far_per_m: -1 is not in 0.000001..1000");
    refused("detect: {far_per_m: 1001}\n",
            "gw.yaml:1: detect.far_per_m: 1001 is not in 0.000001..1000");
    refused("survey:\n  height_max_m: 6\n", "gw.yaml:2: survey.height_max_m: 6 is not in 0.01..5");
    refused("survey: {speed_max_m_s: -1}\n",
            "gw.yaml:1: survey.speed_max_m_s: -1 is not in 0.05..50");
    refused("detect:\n  far_per_m: nan\n",
            "gw.yaml:2: detect.far_per_m: nan is not in 0.000001..1000");
    refused("detect:\n  speed_m_per_ns: 0.3\n",
            "gw.yaml:2: detect.speed_m_per_ns: 0.3 is not in 0.03..0.2998");
    refused("detect:\n  speed_m_per_ns: 0\n",
            "gw.yaml:2: detect.speed_m_per_ns: nan is not in 0.03..0.2998");
    refused("sources:\n  - uri: a:b\n  - uri: c:d\n    block_ms: 0\n",
            "gw.yaml:4: sources[1].block_ms: 0 is not in 0.1..1000");
    refused("gnss:\n  uri: gpsd:127.0.0.1\n  lever_arm_m: {right: 101}\n",
            "gw.yaml:3: gnss.lever_arm_m.right: 101 is not in -100..100");
    refused("lever_arm_m:\n  md: {right: -11}\n",
            "gw.yaml:2: lever_arm_m.md.right: -11 is not in -10..10");
    refused("gnss: {uri: \"gpsd:localhost\"}\n",
            "gw.yaml:1: gnss.uri: gpsd:ADDRESS[:PORT] expected, an address and not a name");
    refused("\n\ndevice: Head\n", "gw.yaml:3: device: only a-z, 0-9 and - are allowed");
    refused("device: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n",
            "gw.yaml:1: device: longer than 32 characters");
    refused("sources:\n  - uri: a:b\n    device: c\n",
            "gw.yaml:2: sources[0].kind: is needed where device or channels are named");
}

static void an_unknown_key_is_refused(void **state)
{
    (void)state;
    refused_with("device: a\ncolour: red\n", "gw.yaml:2: colour: ", "unknown key");
    refused_with("detect:\n  far: 1\n", "gw.yaml:2: detect.far", "");
    refused_with("sources:\n- uri: a\n  speed: 2\n", "gw.yaml:3: sources[0].speed", "");
}

static void a_wrong_type_is_refused(void **state)
{
    (void)state;
    refused_with("detect:\n  far_per_m: often\n", "gw.yaml:2: detect.far_per_m: ", "");
    refused_with("detect:\n  array: none\n", "gw.yaml:2: detect.array: ", "");
    refused_with("sources: file:a\n", "gw.yaml:1: sources: ", "");
    refused_with("live:\n  - a: b\n", "gw.yaml:2: live[0]", "");
    refused_with("sources:\n  - uri: x\n    kind: sonar\n", "gw.yaml:3: sources[0].kind: ", "");
    refused_with("sources:\n  - kind: gpr\n", "gw.yaml:2: sources[0]", "uri");
    refused_with("", "gw.yaml:1: ", "empty");
    refused_with("- a\n", "gw.yaml:1: ", "");
}

static void only_local_endpoints_are_taken(void **state)
{
    static const char *const good[] = {"ipc:///run/x", "tcp://127.0.0.1:1", "tcp://127.3.2.1:65535",
                                       "tcp://[::1]:5000"};
    static const char *const bad[] = {"tcp://0.0.0.0:5000",
                                      "tcp://*:5000",
                                      "tcp://192.168.1.2:500",
                                      "tcp://localhost:80",
                                      "tcp://127.0.0.1:*",
                                      "tcp://127.0.0.1:0",
                                      "tcp://127.0.0.1:65536",
                                      "tcp://127.0.0.1",
                                      "tcp://127.0.0.1:",
                                      "tcp://127.0.0.1.evil.org:80",
                                      "tcp://127.0.0.999:80",
                                      "tcp://eth0:80",
                                      "ipc://*",
                                      "ipc://relative",
                                      "ipc://@abstract",
                                      "inproc://x",
                                      "pgm://x",
                                      "",
                                      "tcp://127.0.0.1:80;x",
                                      "tcp://[::]:80",
                                      "tcp://127.1:80"};
    (void)state;
    for (size_t k = 0; k < sizeof good / sizeof *good; k++)
        if (gw_config_endpoint_wrong(good[k], false))
            fail_msg("%s: %s", good[k], gw_config_endpoint_wrong(good[k], false));
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++)
        if (!gw_config_endpoint_wrong(bad[k], false))
            fail_msg("%s was taken", bad[k]);
    refused_with("live: ['tcp://0.0.0.0:1']", "gw.yaml:1: live[0]: 'tcp://0.0.0.0:1': ", "encrypt");
}

static void defaults_are_complete(void **state)
{
    gw_config c;
    gw_error error;
    (void)state;
    setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
    setenv("XDG_STATE_HOME", "/srv/state", 1);
    gw_config_default(&c);
    assert_int_equal(gw_config_complete(&c, &error), GW_OK);
    assert_string_equal(c.live[0], "ipc:///run/user/7/groundwatch/live");
    assert_string_equal(c.replay[0], "ipc:///run/user/7/groundwatch/replay");
    assert_string_equal(c.journal, "/srv/state/groundwatch/journal.sqlite");
    assert_true(c.far_per_m == 0.1);
    assert_int_equal(c.array, GW_ARRAY_CUBE);
}

static void a_missing_file_is_not_a_wrong_one(void **state)
{
    gw_config c;
    gw_error error;
    (void)state;
    gw_config_default(&c);
    assert_int_equal(gw_config_load("/nonexistent/gw.yaml", &c, &error), GW_ENOENT);
    assert_int_equal(gw_config_load("/", &c, &error), GW_EIO);
}

static void lines_are_found_by_path(void **state)
{
    const char *text =
        "a: 1\nb:\n  - c: 2\n    d:\n      e: [1,\n  2]\n  - c: &x 5\n  - *x\n\"f\": |\n  t\n";
    static const struct {
        const char *path;
        int line;
    } want[] = {{"a", 1},           {"b", 3},       {"b[0].c", 3}, {"b[0].d.e", 5},
                {"b[0].d.e[1]", 6}, {"b[1].c", 7},  {"b[2]", 8},   {"f", 9},
                {"zz", 1},          {"b[1].zz", 7}, {"b[9]", 3},   {"b[0].d.x", 5}};
    (void)state;
    for (size_t k = 0; k < sizeof want / sizeof *want; k++) {
        int line = gw_yaml_line((const unsigned char *)text, strlen(text), want[k].path);
        if (line != want[k].line)
            fail_msg("%s: line %d, not %d", want[k].path, line, want[k].line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_is_printed_reads_back_the_same),
        cmocka_unit_test(a_wrong_value_names_file_line_and_key),
        cmocka_unit_test(an_unknown_key_is_refused),
        cmocka_unit_test(a_wrong_type_is_refused),
        cmocka_unit_test(only_local_endpoints_are_taken),
        cmocka_unit_test(defaults_are_complete),
        cmocka_unit_test(a_missing_file_is_not_a_wrong_one),
        cmocka_unit_test(lines_are_found_by_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
