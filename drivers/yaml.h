/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/yaml.h -- load a YAML file by a libcyaml schema; an error names file, line, key path,
 * cause.
 */
#ifndef GW_DRIVERS_YAML_H
#define GW_DRIVERS_YAML_H

#include "dsp/status.h"
#include <cyaml/cyaml.h>

/* *out: as cyaml_load_file makes it; free it with gw_yaml_free. GW_ENOENT, GW_EIO, or `wrong`
 * (GW_ECONFIG for configuration, GW_EFORMAT for data) with "FILE:LINE: KEY.PATH: cause".
 * An empty file is wrong. Fields must be CYAML_FLAG_DEFAULT-checked for names and types by the
 * schema; ranges are the caller's to check. */
gw_status gw_yaml_load(const char *path, const cyaml_schema_value_t *schema, gw_status wrong,
                       void **out, gw_error *error);
/* The same from memory; `path` only names it in messages. */
gw_status gw_yaml_parse(const char *path, const unsigned char *text, size_t n_text,
                        const cyaml_schema_value_t *schema, gw_status wrong, void **out,
                        gw_error *error);
/* The bytes of a file, at most 1 MiB (else `wrong`); free(*text) in every case. GW_ENOENT, GW_EIO;
 * what is no regular file is `wrong`, but GW_EIO where that is GW_ECONFIG. */
gw_status gw_yaml_slurp(const char *path, gw_status wrong, unsigned char **text, size_t *n_text,
                        gw_error *error);
/* Line (from 1) of the value at a key path such as "sources[1].block_ms" in YAML text, for messages
 * about ranges; of the nearest enclosing value that is there when the path is not; at least 1. */
int gw_yaml_line(const unsigned char *text, size_t n_text, const char *key_path);
void gw_yaml_free(const cyaml_schema_value_t *schema, void *data);

#endif
