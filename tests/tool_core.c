/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A core without sensors, for tests of the gate: it makes a link and a journal, keeps a gate
 * running, and does what its standard input says, a command a line:
 *
 *   durable N   journal N detections      loose N   send N that are not journalled
 *   save        journal the loose ones    quiet N   journal N detections without a note to the gate
 *   ahead N     journal N detections of which the report's numbers say nothing till the next
 * command hang        the beat stands still     beat      it goes on renew       a new journal and
 * stream  stop      end the session and leave obey HOW    what clients command is journalled
 * ("durable"), sent and not journalled ("loose"), or left out ("never", as at the start) start a
 * session's start         alarm SENSOR METRES        cover SENSOR FROM TO
 *
 * usage: tool_core GATE JOURNAL LIVE REPLAY [OPTIONS OF THE GATE]. Says on standard output: "gate
 * PID", "ended STATUS", and "done COMMAND" when a command is.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/clock.h"
#include "daemon/journal.h"
#include "daemon/message.h"

enum { LOOSE_MAX = 2000 };

static struct {
    char **argv;
    gw_journal *journal;
    gw_link_page *page;
    gw_link_report report;
    int page_fd, core_fd, gate_fd;
    pid_t gate;
    bool is_hanging, is_behind; /* is_behind: the report names no record */
    gw_sensor sensor; /* of the next record, its place (NAN: by its number) and session's word */
    double at_m, to_m;
    const char *session;
    char obeys[16];  /* how clients' commands are followed */
    json_t *command; /* data of the next record, else NULL */
    size_t n_loose;
    struct {
        uint64_t seq, kind_seq;
    } loose[LOOSE_MAX];
} core;

static void die(const char *what)
{
    fprintf(stderr, "tool_core: %s: %s\n", what, strerror(errno));
    exit(70);
}

static void gate_start(void)
{
    char page[16], queue[16];
    snprintf(page, sizeof page, "%d", core.page_fd);
    snprintf(queue, sizeof queue, "%d", core.gate_fd);
    core.gate = fork();
    if (core.gate < 0)
        die("fork");
    if (core.gate == 0) {
        fcntl(core.page_fd, F_SETFD, 0);
        fcntl(core.gate_fd, F_SETFD, 0);
        char *argv[32] = {core.argv[1], "--live",     core.argv[3], "--replay",
                          core.argv[4], "--journal",  core.argv[2], "--page-fd",
                          page,         "--queue-fd", queue};
        for (int n = 11, k = 5; core.argv[k] && n < 31; k++)
            argv[n++] = core.argv[k];
        execv(core.argv[1], argv);
        die(core.argv[1]);
    }
    printf("gate %d\n", (int)core.gate);
}

static void gate_watch(void)
{
    int status;
    if (core.gate <= 0 || waitpid(core.gate, &status, WNOHANG) != core.gate)
        return;
    printf("ended %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
    if (!core.is_hanging && !(WIFEXITED(status) && WEXITSTATUS(status) == 74))
        gate_start();
    else
        core.gate = 0;
}

static void report_publish(void)
{
    gw_link_report report = core.report;
    if (core.is_behind) {
        report.newest_seq = 0;
        memset(report.newest_kind_seq, 0, sizeof report.newest_kind_seq);
    }
    gw_link_publish(core.page, &report);
}

static json_t *detection_make(uint64_t kind_seq)
{
    gw_detection detection = gw_detection_unknown(core.sensor);
    detection.along_m = isnan(core.at_m) ? 0.01 * (double)kind_seq : core.at_m;
    detection.sample = (int64_t)kind_seq;
    detection.score = 10;
    detection.far_per_m = 0.01;
    detection.alarm = true;
    gw_message_origin origin = {.stream = NULL};
    return gw_message_detection(&detection, &origin, "d");
}

static json_t *data_make(gw_record_kind kind, uint64_t kind_seq)
{
    if (core.command)
        return json_incref(core.command);
    if (kind == GW_RECORD_COVERAGE) {
        gw_coverage coverage = gw_coverage_unknown(core.sensor);
        coverage.first_row = 1000 * kind_seq;
        coverage.n_rows = 10;
        coverage.from_m = core.at_m;
        coverage.to_m = core.to_m;
        coverage.noise = 1;
        coverage.max_score = 2;
        coverage.speed_m_s = 0.5;
        gw_message_coverage_extra extra = {.state = GW_STATE_SEARCHING};
        return gw_message_coverage(&coverage, &extra);
    }
    if (kind == GW_RECORD_SESSION) {
        gw_message_session session = {
            .event = core.session, .reason = "asked to", .far_per_m = 0.1};
        return gw_message_session_encode(&session);
    }
    return detection_make(kind_seq);
}

static char *message_make(gw_record_kind kind, uint64_t seq, uint64_t kind_seq, bool durable)
{
    gw_message_head head = {.kind = kind,
                            .seq = seq,
                            .kind_seq = kind_seq,
                            .time_ns = gw_clock_utc_ns(),
                            .durable = durable,
                            .stream = core.report.stream,
                            .device = core.report.device,
                            .calibration = "uncalibrated"};
    json_t *data = data_make(kind, kind_seq);
    char *json = gw_message_encode(&head, data);
    json_decref(data);
    return json;
}

static void journal_append(gw_record_kind kind, uint64_t seq, uint64_t kind_seq)
{
    char topic[GW_TOPIC_MAX], *json = message_make(kind, seq, kind_seq, true);
    gw_error error;
    gw_message_topic(kind, core.report.device, topic);
    gw_journal_record record = {.seq = seq,
                                .kind_seq = kind_seq,
                                .kind = kind,
                                .time_ns = gw_clock_utc_ns(),
                                .topic = topic,
                                .json = json};
    if (gw_journal_append(core.journal, &record, 1, &error) != GW_OK) {
        fprintf(stderr, "tool_core: %s\n", error.text);
        exit(74);
    }
    free(json);
}

static void note_send(gw_record_kind kind, uint64_t seq, uint64_t kind_seq, const char *json)
{
    char buffer[sizeof(gw_link_note) + GW_LINK_JSON_MAX];
    gw_link_note note = {.seq = seq,
                         .kind_seq = kind_seq,
                         .kind = kind,
                         .durable = !json,
                         .n_json = json ? (uint32_t)strlen(json) : 0};
    memcpy(buffer, &note, sizeof note);
    if (json)
        memcpy(buffer + sizeof note, json, note.n_json);
    send(core.core_fd, buffer, sizeof note + note.n_json, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void record_make(gw_record_kind kind, bool is_durable, bool has_note)
{
    uint64_t seq = ++core.report.newest_seq, kind_seq = ++core.report.newest_kind_seq[kind];
    char *json = NULL;
    if (is_durable) {
        journal_append(kind, seq, kind_seq);
    } else if (core.n_loose < LOOSE_MAX) {
        json = message_make(kind, seq, kind_seq, false);
        core.loose[core.n_loose].seq = seq;
        core.loose[core.n_loose++].kind_seq = kind_seq;
    }
    if (has_note)
        note_send(kind, seq, kind_seq, json);
    free(json);
    if (!core.is_hanging)
        report_publish();
}

static void stream_take(void)
{
    uint64_t newest, oldest, kind_seq[GW_RECORD_COUNT];
    gw_error error;
    if (gw_journal_newest(core.journal, &newest, &oldest, kind_seq, &error) != GW_OK)
        die(error.text);
    snprintf(core.report.stream, sizeof core.report.stream, "%s", gw_journal_stream(core.journal));
    core.report.newest_seq = newest;
    core.report.oldest_seq = oldest;
    memcpy(core.report.newest_kind_seq, kind_seq, sizeof kind_seq);
    core.n_loose = 0;
}

static void loose_save(void)
{
    for (size_t k = 0; k < core.n_loose; k++)
        journal_append(GW_RECORD_DETECTION, core.loose[k].seq, core.loose[k].kind_seq);
    core.n_loose = 0;
}

static void orders_follow(void)
{
    struct {
        gw_link_order head;
        char json[GW_LINK_JSON_MAX];
    } in;
    while (recv(core.core_fd, &in, sizeof in, MSG_DONTWAIT) > 0) {
        if (in.head.type != GW_LINK_COMMAND || !core.obeys[0] || core.obeys[0] == 'n')
            continue;
        core.command = json_loadb(in.json, in.head.n_json, 0, NULL);
        record_make((gw_record_kind)in.head.kind, core.obeys[0] == 'd', true);
        json_decref(core.command);
        core.command = NULL;
    }
}

/* alarm SENSOR METRES, cover SENSOR FROM TO */
static void lane_run(const char *line)
{
    char word[16] = "", sensor[8] = "";
    sscanf(line, "%15s %7s %lf %lf", word, sensor, &core.at_m, &core.to_m);
    core.sensor = strcmp(sensor, "gpr") == 0 ? GW_SENSOR_GPR : GW_SENSOR_MD;
    if (strcmp(word, "alarm") == 0)
        record_make(GW_RECORD_DETECTION, true, true);
    if (strcmp(word, "cover") == 0)
        record_make(GW_RECORD_COVERAGE, true, true);
    core.sensor = GW_SENSOR_MD;
    core.at_m = (double)NAN;
}

static void command_run(const char *line)
{
    int n = 0;
    char word[16] = "";
    gw_error error;
    sscanf(line, "%15s %d", word, &n);
    if (strcmp(word, "hang") == 0 || strcmp(word, "beat") == 0)
        core.is_hanging = word[0] == 'h';
    core.is_behind = strcmp(word, "ahead") == 0;
    if (!core.is_hanging && core.gate == 0) {
        report_publish();
        gate_start();
    }
    if (strcmp(word, "save") == 0)
        loose_save();
    if (strcmp(word, "renew") == 0) {
        if (gw_journal_renew(core.journal, &error) != GW_OK)
            die(error.text);
        stream_take();
    }
    if (strcmp(word, "start") == 0 || strcmp(word, "stop") == 0) {
        core.session = word;
        record_make(GW_RECORD_SESSION, true, true);
        if (strcmp(word, "stop") == 0)
            exit(0);
    }
    if (strcmp(word, "obey") == 0)
        sscanf(line, "%*s %15s", core.obeys);
    lane_run(line);
    for (int k = 0; k < n; k++)
        record_make(GW_RECORD_DETECTION, strcmp(word, "loose") != 0, strcmp(word, "quiet") != 0);
    printf("done %s\n", word);
}

/* Reads whole lines; the end of the input ends the core without a word, as a kill does. */
static void input_read(void)
{
    static char text[4096];
    static size_t n_text;
    ssize_t n = read(0, text + n_text, sizeof text - 1 - n_text);
    if (n <= 0)
        exit(1);
    n_text += (size_t)n;
    text[n_text] = 0;
    for (char *end; (end = strchr(text, '\n'));) {
        *end = 0;
        command_run(text);
        n_text -= (size_t)(end + 1 - text);
        memmove(text, end + 1, n_text + 1);
    }
}

static void core_start(void)
{
    gw_error error;
    const char *note;
    if (gw_journal_create(core.argv[2], "bench", &core.journal, &note, &error) != GW_OK ||
        gw_link_create(&core.page, &core.page_fd, &core.core_fd, &core.gate_fd, &error) != GW_OK) {
        fprintf(stderr, "tool_core: %s\n", error.text);
        exit(74);
    }
    snprintf(core.report.device, sizeof core.report.device, "bench");
    core.report.state = GW_STATE_SEARCHING;
    core.report.along_m = 1.25;
    core.sensor = GW_SENSOR_MD;
    core.at_m = (double)NAN;
    core.report.sensors[GW_KIND_MD] = (gw_link_sensor){
        .present = 1, .state = GW_STATE_SEARCHING, .epoch = 1, .age_ns = 1000000, .rows = 1u << 31};
    core.report.sensors[GW_KIND_GPR] = (gw_link_sensor){
        .present = 1, .state = GW_STATE_BLIND, .reasons = GW_REASON_NO_DEVICE, .age_ns = -1};
    stream_take();
    report_publish();
    gate_start();
}

int main(int argc, char **argv)
{
    if (argc < 5)
        return 64;
    core.argv = argv;
    setvbuf(stdout, NULL, _IOLBF, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    core_start();
    for (;;) {
        struct pollfd in = {.fd = 0, .events = POLLIN};
        if (poll(&in, 1, GW_LINK_BEAT_MS) > 0)
            input_read();
        orders_follow();
        if (!core.is_hanging)
            report_publish();
        gate_watch();
    }
}
