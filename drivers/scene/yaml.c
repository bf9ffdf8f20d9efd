/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number after a key is its place in the table of drivers/scene/config.c.
 */
#include "drivers/scene/yaml.h"

#include "drivers/scene/impl.h"

enum { OPTIONAL = CYAML_FLAG_OPTIONAL, LIST_MAX = 1024, SHORT_MAX = 64 };

#define ITEM(name, fields)                                                                         \
    static const cyaml_schema_value_t name = {                                                     \
        CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, raw_group, fields)}

static const cyaml_schema_field_t step_fields[] = {GW_NUMBER_NEEDED("from_m", 0),
                                                   GW_NUMBER("over_m", 1),
                                                   GW_NUMBER("eps_r", 2),
                                                   GW_NUMBER("sigma_s_m", 3),
                                                   GW_NUMBER("chi", 4),
                                                   GW_NUMBER("chi_drop_per_decade", 5),
                                                   CYAML_FIELD_END};
ITEM(step_value, step_fields);

static const cyaml_schema_field_t soil_fields[] = {GW_WORD("name", name, false),
                                                   GW_NUMBER("eps_r", 0),
                                                   GW_NUMBER("sigma_s_m", 1),
                                                   GW_NUMBER("chi", 2),
                                                   GW_NUMBER("chi_drop_per_decade", 3),
                                                   GW_NUMBER("variation", 4),
                                                   GW_NUMBER("correlation_m", 5),
                                                   GW_NUMBER("drop_variation", 6),
                                                   GW_NUMBER("roughness_m", 7),
                                                   GW_NUMBER("roughness_correlation_m", 8),
                                                   GW_NUMBER("scatter", 9),
                                                   GW_NUMBER("stone_chi", 10),
                                                   GW_NUMBER("water_db_per_m", 11),
                                                   GW_ITEMS("steps", 0, step_value, SHORT_MAX),
                                                   CYAML_FIELD_END};

static const cyaml_schema_field_t raise_fields[] = {GW_NUMBER_NEEDED("from_m", 0),
                                                    GW_NUMBER_NEEDED("to_m", 1),
                                                    GW_NUMBER_NEEDED("by_m", 2), CYAML_FIELD_END};
ITEM(raise_value, raise_fields);

static const cyaml_schema_field_t lift_fields[] = {
    GW_NUMBER("mean_m", 0), GW_NUMBER("rms_m", 1), GW_NUMBER("correlation_m", 2),
    GW_ITEMS("raises", 0, raise_value, SHORT_MAX), CYAML_FIELD_END};

static const cyaml_schema_field_t stop_fields[] = {GW_NUMBER_NEEDED("along_m", 0),
                                                   GW_NUMBER_NEEDED("for_s", 1), CYAML_FIELD_END};
static const cyaml_schema_field_t change_fields[] = {
    GW_NUMBER_NEEDED("from_m", 0), GW_NUMBER_NEEDED("mean_m_s", 1), CYAML_FIELD_END};
ITEM(stop_value, stop_fields);
ITEM(change_value, change_fields);

static const cyaml_schema_field_t speed_fields[] = {GW_NUMBER("mean_m_s", 0),
                                                    GW_NUMBER("wobble", 1),
                                                    GW_NUMBER("sway_m", 2),
                                                    GW_NUMBER("aside_m", 3),
                                                    GW_ITEMS("stops", 0, stop_value, SHORT_MAX),
                                                    GW_ITEMS("changes", 1, change_value, SHORT_MAX),
                                                    CYAML_FIELD_END};

static const cyaml_schema_field_t noise_fields[] = {GW_NUMBER("gpr_db", 0),
                                                    GW_NUMBER("time_jitter_samples", 1),
                                                    GW_NUMBER("gain_rms", 2),
                                                    GW_NUMBER("md_counts", 3),
                                                    GW_NUMBER("hum_counts", 4),
                                                    GW_NUMBER("impulses_per_m", 5),
                                                    GW_NUMBER("time_drift_samples", 6),
                                                    GW_NUMBER("md_ball_db", 7),
                                                    GW_NUMBER("hum_hz", 8),
                                                    GW_NUMBER("interference_db", 9),
                                                    GW_NUMBER("interference_hz", 10),
                                                    GW_NUMBER("interference_per_m", 11),
                                                    GW_NUMBER("tone_counts", 12),
                                                    GW_NUMBER("tone_hz", 13),
                                                    GW_NUMBER("transmit_counts", 14),
                                                    GW_NUMBER("wow_db", 15),
                                                    CYAML_FIELD_END};

static const cyaml_schema_field_t gpr_fields[] = {GW_WORD("waveform", name, false),
                                                  GW_NUMBER("samples", 0),
                                                  GW_NUMBER("window_ns", 1),
                                                  GW_NUMBER("center_hz", 2),
                                                  GW_NUMBER("scan_spacing_m", 3),
                                                  GW_NUMBER("scan_rate_hz", 4),
                                                  GW_NUMBER("transmit_receive_offset_m", 5),
                                                  GW_NUMBER("channels", 6),
                                                  GW_NUMBER("channel_spacing_m", 7),
                                                  GW_NUMBER("start_hz", 8),
                                                  GW_NUMBER("step_hz", 9),
                                                  GW_NUMBER("clip_counts", 10),
                                                  GW_NUMBER("plate_m", 11),
                                                  CYAML_FIELD_END};

static const cyaml_schema_value_t tone_value = {CYAML_VALUE_FLOAT(CYAML_FLAG_DEFAULT, double)};
static const cyaml_schema_field_t md_fields[] = {
    GW_WORD("waveform", name, false),
    GW_WORD("output", word, false),
    CYAML_FIELD_SEQUENCE("tones_hz", CYAML_FLAG_POINTER | OPTIONAL, raw_group, list, &tone_value, 1,
                         GW_TONES_MAX),
    GW_NUMBER("drift", 0),
    GW_NUMBER("rate_hz", 1),
    GW_NUMBER("coil_radius_m", 2),
    GW_NUMBER("receive_radius_m", 3),
    GW_NUMBER("full_scale_m", 4),
    GW_NUMBER("reference_drift", 5),
    GW_NUMBER("gain_error", 6),
    GW_NUMBER("phase_error_deg", 7),
    GW_NUMBER("lost_tone_hz", 8),
    GW_NUMBER("lost_from_m", 9),
    GW_NUMBER("lost_to_m", 10),
    GW_NUMBER("clip_counts", 11),
    GW_NUMBER("gates", 12),
    GW_NUMBER("gates_from_s", 13),
    GW_NUMBER("gates_to_s", 14),
    GW_NUMBER("pulse_s", 15),
    GW_NUMBER("ring_s", 16),
    CYAML_FIELD_END};

static const cyaml_schema_field_t pose_fields[] = {GW_NUMBER("rate_hz", 0), GW_NUMBER("height", 1),
                                                   GW_NUMBER("cross", 2), CYAML_FIELD_END};
static const cyaml_schema_field_t density_fields[] = {GW_NUMBER("stone", 0), GW_NUMBER("root", 1),
                                                      GW_NUMBER("void", 2),  GW_NUMBER("metal", 3),
                                                      GW_NUMBER("nail", 4),  CYAML_FIELD_END};
static const cyaml_schema_field_t area_fields[] = {
    GW_NUMBER("stone", 0), GW_NUMBER("root", 1),    GW_NUMBER("void", 2), GW_NUMBER("metal", 3),
    GW_NUMBER("nail", 4),  GW_NUMBER("swath_m", 5), CYAML_FIELD_END};
static const cyaml_schema_field_t origin_fields[] = {GW_NUMBER("lat", 0), GW_NUMBER("lon", 1),
                                                     GW_NUMBER("heading_deg", 2), CYAML_FIELD_END};
static const cyaml_schema_field_t drops_fields[] = {
    GW_NUMBER("gpr_per_m", 0), GW_NUMBER("gpr_rows", 1), GW_NUMBER("md_per_m", 2),
    GW_NUMBER("md_rows", 3), CYAML_FIELD_END};

#define PLACE()                                                                                    \
    GW_NUMBER_NEEDED("along_m", 0), GW_NUMBER_NEEDED("depth_m", 1), GW_NUMBER("cross_m", 2)
static const cyaml_schema_field_t target_fields[] = {GW_WORD("name", name, true), PLACE(),
                                                     CYAML_FIELD_END};
static const cyaml_schema_field_t clutter_fields[] = {
    GW_WORD("kind", name, true), PLACE(), GW_NUMBER_NEEDED("size_m", 3), CYAML_FIELD_END};
static const cyaml_schema_field_t row_fields[] = {GW_WORD("name", name, true),
                                                  GW_NUMBER_NEEDED("every_m", 0),
                                                  GW_NUMBER("from_m", 1),
                                                  GW_NUMBER("to_m", 2),
                                                  GW_NUMBER("jitter", 3),
                                                  GW_NUMBER_NEEDED("depth_least_m", 4),
                                                  GW_NUMBER("depth_most_m", 5),
                                                  GW_NUMBER("cross_least_m", 6),
                                                  GW_NUMBER("cross_most_m", 7),
                                                  GW_NUMBER("size_m", 8),
                                                  CYAML_FIELD_END};
static const cyaml_schema_field_t wire_fields[] = {
    GW_WORD("name", name, true), GW_NUMBER_NEEDED("along_m", 0),
    GW_NUMBER("depth_m", 1),     GW_NUMBER("diameter_m", 2),
    GW_NUMBER("skew_deg", 3),    GW_NUMBER("length_m", 4),
    GW_NUMBER("earth_ohm", 5),   CYAML_FIELD_END};
static const cyaml_schema_field_t mesh_fields[] = {
    GW_NUMBER("from_m", 0), GW_NUMBER("to_m", 1),      GW_NUMBER_NEEDED("depth_m", 2),
    GW_NUMBER("bar_m", 3),  GW_NUMBER("spacing_m", 4), CYAML_FIELD_END};
ITEM(target_value, target_fields);
ITEM(clutter_value, clutter_fields);
ITEM(row_value, row_fields);
ITEM(wire_value, wire_fields);
ITEM(mesh_value, mesh_fields);

static const cyaml_schema_value_t sensor_value = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, 15)};

#define GROUP(key, index, fields)                                                                  \
    CYAML_FIELD_MAPPING_PTR(key, OPTIONAL, raw_scene, groups[index], fields)
#define LIST(key, index, value, most)                                                              \
    CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | OPTIONAL, raw_scene, lists[index].items,        \
                         &value, 0, most)
static const cyaml_schema_field_t scene_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, raw_scene, name, 1, 63),
    CYAML_FIELD_UINT("seed", CYAML_FLAG_DEFAULT, raw_scene, seed),
    CYAML_FIELD_FLOAT("length_m", CYAML_FLAG_DEFAULT, raw_scene, length_m),
    CYAML_FIELD_SEQUENCE("sensors", CYAML_FLAG_POINTER | OPTIONAL, raw_scene, sensors,
                         &sensor_value, 1, 2),
    GROUP("soil", RAW_SOIL, soil_fields),
    GROUP("lift_off", RAW_LIFT, lift_fields),
    GROUP("speed", RAW_SPEED, speed_fields),
    GROUP("noise", RAW_NOISE, noise_fields),
    GROUP("gpr", RAW_GPR, gpr_fields),
    GROUP("md", RAW_MD, md_fields),
    GROUP("pose", RAW_POSE, pose_fields),
    GROUP("clutter_per_m", RAW_PER_M, density_fields),
    GROUP("clutter_per_m2", RAW_PER_M2, area_fields),
    GROUP("origin", RAW_ORIGIN, origin_fields),
    GROUP("drops", RAW_DROPS, drops_fields),
    CYAML_FIELD_MAPPING_PTR("device", OPTIONAL, raw_scene, device, gw_scene_device_fields),
    CYAML_FIELD_STRING_PTR("device_file", CYAML_FLAG_POINTER | OPTIONAL, raw_scene, device_file, 1,
                           255),
    LIST("targets", RAW_TARGETS, target_value, LIST_MAX),
    LIST("clutter", RAW_CLUTTER, clutter_value, LIST_MAX),
    LIST("rows", RAW_ROWS, row_value, SCENE_ROWS_MAX),
    LIST("wires", RAW_WIRES, wire_value, SCENE_WIRES_MAX),
    LIST("meshes", RAW_MESHES, mesh_value, SCENE_MESHES_MAX),
    CYAML_FIELD_END};

const cyaml_schema_value_t gw_scene_yaml = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, raw_scene, scene_fields)};
