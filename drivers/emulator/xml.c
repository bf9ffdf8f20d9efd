/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/impl.h"

#include <stdio.h>
#include <stdlib.h>

/* As iiod 0.24 prints it, so that a validating parser is content. */
static const char document_head[] =
    "<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE context ["
    "<!ELEMENT context (device | context-attribute)*><!ELEMENT context-attribute EMPTY>"
    "<!ELEMENT device (channel | attribute | debug-attribute | buffer-attribute)*>"
    "<!ELEMENT channel (scan-element?, attribute*)><!ELEMENT attribute EMPTY>"
    "<!ELEMENT scan-element EMPTY><!ELEMENT debug-attribute EMPTY>"
    "<!ELEMENT buffer-attribute EMPTY>"
    "<!ATTLIST context name CDATA #REQUIRED version-major CDATA #REQUIRED "
    "version-minor CDATA #REQUIRED version-git CDATA #REQUIRED description CDATA #IMPLIED>"
    "<!ATTLIST context-attribute name CDATA #REQUIRED value CDATA #REQUIRED>"
    "<!ATTLIST device id CDATA #REQUIRED name CDATA #IMPLIED label CDATA #IMPLIED>"
    "<!ATTLIST channel id CDATA #REQUIRED type (input|output) #REQUIRED name CDATA #IMPLIED>"
    "<!ATTLIST scan-element index CDATA #REQUIRED format CDATA #REQUIRED scale CDATA #IMPLIED>"
    "<!ATTLIST attribute name CDATA #REQUIRED filename CDATA #IMPLIED>"
    "<!ATTLIST debug-attribute name CDATA #REQUIRED>"
    "<!ATTLIST buffer-attribute name CDATA #REQUIRED>]>";

/* Escaped; a byte that is not printable ASCII becomes '?': a file name need not be UTF-8. */
static void text_put(FILE *out, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        switch (c) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            fputc(c < 0x20 || c >= 0x7f ? '?' : c, out);
        }
    }
}

/* A parser of libiio need not expect an empty value. */
static void context_attribute_put(FILE *out, const char *name, const char *value)
{
    if (!*value)
        return;
    fprintf(out, "<context-attribute name=\"%s\" value=\"", name);
    text_put(out, value);
    fputs("\" />", out);
}

static void channel_put(FILE *out, const emulator_device *device, size_t index)
{
    const emulator_channel *channel = &device->channels[index];
    char format[32];
    emulator_format_encode(channel, format, sizeof format);
    fprintf(out, "<channel id=\"%s\" type=\"input\" ><scan-element index=\"%zu\" format=\"",
            channel->id, index);
    text_put(out, format);
    fputs("\" />", out);
    for (size_t k = 0; k < device->n_attributes; k++)
        if (device->attributes[k].channel == (int)index)
            fprintf(out, "<attribute name=\"%s\" filename=\"in_%s_%s\" />",
                    device->attributes[k].name, channel->id, device->attributes[k].name);
    fputs("</channel>", out);
}

static void device_put(FILE *out, const emulator_device *device)
{
    fprintf(out, "<device id=\"%s\" name=\"%s\" >", device->id, device->name);
    for (size_t c = 0; c < device->n_channels; c++)
        channel_put(out, device, c);
    for (size_t k = 0; k < device->n_attributes; k++)
        if (device->attributes[k].channel < 0)
            fprintf(out, "<attribute name=\"%s\" />", device->attributes[k].name);
    emulator_debug_attributes_put(out);
    fputs("</device>", out);
}

char *emulator_xml_create(const gw_emulator *emulator)
{
    char *text = NULL, speed[32];
    size_t n_text = 0;
    FILE *out = open_memstream(&text, &n_text);
    if (!out)
        return NULL;
    fputs(document_head, out);
    fputs("<context name=\"groundwatch\" version-major=\"0\" version-minor=\"24\" "
          "version-git=\"v0.24\" description=\"EMULATED ",
          out);
    text_put(out, emulator->name);
    fputs(" by groundwatch " GW_VERSION "\" >", out);
    snprintf(speed, sizeof speed, "%.17g", emulator->clock.speed);
    context_attribute_put(out, "emulated", "1");
    context_attribute_put(out, "emulated_name", emulator->name);
    context_attribute_put(out, "emulated_hash", emulator->hash);
    context_attribute_put(out, "emulated_speed", speed);
    for (size_t k = 0; k < GW_KIND_COUNT; k++)
        if (emulator->devices[k].recording)
            device_put(out, &emulator->devices[k]);
    fputs("</context>", out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}
