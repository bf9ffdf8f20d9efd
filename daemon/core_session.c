/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/core_impl.h"

#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#include "daemon/clock.h"
#include "daemon/message.h"
#include "daemon/thread.h"

static void stream_announce(const gw_feed *feed)
{
    const gw_stream *stream = feed->stream;
    gw_log("groundwatchd: %s %s: %s, %zu channel%s%s", gw_kind_name(feed->kind), feed->uri,
           stream->name, stream->n_channels, stream->n_channels == 1 ? "" : "s",
           stream->emulated ? ", EMULATED" : "");
}

void core_announce(const gw_core *core)
{
    const gw_config *config = &core->options->config;
    for (int kind = 0; kind < GW_KIND_COUNT; kind++)
        if (core->acquires[kind])
            stream_announce(gw_acquire_feed(core->acquires[kind]));
    for (size_t k = 0; k < config->n_live; k++)
        gw_log("groundwatchd: live %s", config->live[k]);
    for (size_t k = 0; k < config->n_replay; k++)
        gw_log("groundwatchd: replay %s", config->replay[k]);
    gw_log("groundwatchd: journal %s", config->journal);
    if (core->calibration)
        gw_log("groundwatchd: calibration %s, SHA-256 %s", config->calibration,
               core->calibration->hash);
    else
        gw_log("groundwatchd: UNCALIBRATED: depths and amplitudes are nominal");
    if (core->note)
        gw_log("JOURNAL %s", core->note);
}

/* The configuration as text, which the caller frees, and its hash; NULL and "": out of memory. */
static char *config_text(const gw_config *config, char hash[SHA256_DIGEST_STRING_LENGTH])
{
    char *text = NULL;
    size_t n_text = 0;
    FILE *to = open_memstream(&text, &n_text);
    hash[0] = 0;
    if (!to)
        return NULL;
    gw_config_print(config, to);
    if (fclose(to) == 0)
        SHA256Data((const uint8_t *)text, n_text, hash);
    return text;
}

/* The widest that FFTW may choose from; its plans say what it chose. */
static const char *instructions(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return "avx512f";
    if (__builtin_cpu_supports("avx2"))
        return "avx2";
    return __builtin_cpu_supports("avx") ? "avx" : "sse2";
#elif defined(__aarch64__)
    return "neon";
#else
    return "unknown";
#endif
}

static void session_put(gw_core *core, const char *event, const char *reason)
{
    char hash[SHA256_DIGEST_STRING_LENGTH];
    struct timex clock = {.modes = 0};
    free(config_text(&core->options->config, hash));
    gw_origin place = core_place(core);
    gw_message_session session = {.event = event,
                                  .place = &place,
                                  .gnss = &core->options->config.gnss,
                                  .reason = reason,
                                  .config_hash = hash,
                                  .operator_name = core->options->config.operator_name,
                                  .instructions = instructions(),
                                  .is_synchronised = adjtimex(&clock) != TIME_ERROR,
                                  .n_open = -1,
                                  .far_per_m = core->options->config.far_per_m,
                                  .speed_m_per_ns = core->options->config.speed_m_per_ns,
                                  .balance = core->options->config.balance,
                                  .array = core->options->config.array};
    if (strcmp(event, "stop") == 0)
        session.n_open = (int)gw_life_open(gw_survey_life(core->survey));
    for (int kind = 0; kind < GW_KIND_COUNT; kind++) {
        if (!core->acquires[kind])
            continue;
        const gw_feed *feed = gw_acquire_feed(core->acquires[kind]);
        session.sources[session.n_sources].uri = feed->uri;
        session.sources[session.n_sources++].stream = feed->stream;
    }
    gw_store_put(core->store, GW_RECORD_SESSION, gw_clock_utc_ns(),
                 gw_message_session_encode(&session));
}

static void snapshot_act(const gw_core *core, json_t *data)
{
    char hash[SHA256_DIGEST_STRING_LENGTH];
    char *text = config_text(&core->options->config, hash);
    if (text) {
        json_object_set_new(data, "config", json_string(text));
        json_object_set_new(data, "config_hash", json_string(hash));
    }
    free(text);
    const gw_calibration_file *calibration = core->calibration;
    if (!calibration)
        return;
    json_object_set_new(data, "calibration_file", json_string(core->options->config.calibration));
    json_object_set_new(data, "calibration_hash", json_string(calibration->hash));
    if (calibration->content)
        json_object_set_new(data, "calibration_content", json_string(calibration->content));
    else
        json_object_set_new(data, "calibration_left_out", json_true());
}

static void record_act(gw_core *core, json_t *data)
{
    char name[GW_RECORDER_NAME_MAX] = "";
    const char *action = json_string_value(json_object_get(data, "action"));
    bool is_start = action && strcmp(action, "start") == 0;
    bool did = is_start ? gw_recorder_begin(core->recorder, name) : gw_recorder_end(core->recorder);
    json_object_set_new(data, "did", json_boolean(did));
    if (name[0])
        json_object_set_new(data, "recording", json_string(name));
}

void core_session_act(void *user, json_t *data)
{
    gw_core *core = user;
    const char *event = json_string_value(json_object_get(data, "event"));
    json_object_set_new(data, "version", json_string(GW_VERSION));
    if (strcmp(event, "snapshot") == 0) {
        snapshot_act(core, data);
        return;
    }
    if (strcmp(event, "record") == 0) {
        record_act(core, data);
        return;
    }
    double seconds = json_number_value(json_object_get(data, "for_s"));
    gw_alarm_mute(core->alarm, seconds < 0 ? 0 : seconds > 600 ? 600 : seconds);
    gw_log(seconds > 0 ? "MUTED the local alarm for %.0f s" : "NOT MUTED any more", seconds);
}

static bool start_see(void *user, const gw_journal_record *record)
{
    json_t *event = json_loads(record->json, 0, NULL);
    const char *word = json_string_value(json_object_get(json_object_get(event, "data"), "event"));
    *(bool *)user = word && strcmp(word, "stop") != 0;
    json_decref(event);
    return true;
}

/* The session before this one has no stop: the daemon was killed, or the power went. */
static bool was_cut(gw_core *core, uint64_t *newest)
{
    uint64_t oldest, kind_seq[GW_RECORD_COUNT];
    bool cut = false;
    if (gw_journal_newest(core->journal, newest, &oldest, kind_seq, NULL) != GW_OK ||
        !kind_seq[GW_RECORD_SESSION])
        return false;
    if (gw_journal_read(core->journal, GW_RECORD_SESSION, kind_seq[GW_RECORD_SESSION] - 1, 1,
                        start_see, &cut, NULL) != GW_OK)
        return false;
    return cut;
}

void core_session_start(gw_core *core)
{
    uint64_t newest = 0;
    bool cut = was_cut(core, &newest);
    const char *reason = core->note;
    if (cut && !reason)
        reason = "the session before was cut off; its last moments may be missing";
    session_put(core, "start", reason);
    if (!cut)
        return;
    gw_log("JOURNAL %s", reason);
    gw_store_put(core->store, GW_RECORD_GAP, gw_clock_utc_ns(),
                 gw_message_gap_encode(&(gw_message_gap){
                     .what = "records", .from = newest, .to = newest, .reason = "crash"}));
}

void core_session_stop(gw_core *core, const char *reason)
{
    session_put(core, "stop", reason);
}
