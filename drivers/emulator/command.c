/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/emulator/command.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORDS_MAX = 7 };

typedef struct word_list {
    size_t n, at; /* how many there are, and the next to be read */
    char text[WORDS_MAX][EMULATOR_WORD_MAX];
} word_list;

static int words_split(word_list *words, const char *line, size_t n)
{
    memset(words, 0, sizeof *words);
    for (size_t k = 0; k < n;) {
        size_t length = 0;
        if (line[k] == ' ' || line[k] == '\t') {
            k++;
            continue;
        }
        if (words->n == WORDS_MAX)
            return -EINVAL;
        for (; k < n && line[k] != ' ' && line[k] != '\t'; k++) {
            if (line[k] < 0x21 || line[k] > 0x7e || length + 1 == EMULATOR_WORD_MAX)
                return -EINVAL;
            words->text[words->n][length++] = line[k];
        }
        words->n++;
    }
    return 0;
}

static const char *words_peek(const word_list *words)
{
    return words->at < words->n ? words->text[words->at] : "";
}

/* Take the next word into out; false when there is none. */
static bool words_take(word_list *words, char out[EMULATOR_WORD_MAX])
{
    if (words->at == words->n)
        return false;
    memcpy(out, words->text[words->at++], EMULATOR_WORD_MAX);
    return true;
}

static bool words_take_number(word_list *words, uint64_t *value)
{
    const char *word = words_peek(words);
    size_t n = strlen(word);
    if (n == 0 || n > 18 || strspn(word, "0123456789") != n)
        return false;
    *value = strtoull(word, NULL, 10);
    words->at++;
    return true;
}

/* True when word is `upper` itself or its lower-case form, not a mixture. */
static bool word_is(const char *word, const char *upper)
{
    bool all_upper = strcmp(word, upper) == 0, all_lower = true;
    for (size_t k = 0; all_lower && (word[k] || upper[k]); k++)
        all_lower = word[k] == (upper[k] >= 'A' && upper[k] <= 'Z' ? upper[k] + 32 : upper[k]);
    return all_upper || all_lower;
}

static bool words_take_word(word_list *words, const char *upper)
{
    if (words->at == words->n || !word_is(words->text[words->at], upper))
        return false;
    words->at++;
    return true;
}

static bool parse_scope(word_list *words, emulator_command *command)
{
    command->scope = SCOPE_DEVICE;
    if (words_take_word(words, "DEBUG")) {
        command->scope = SCOPE_DEBUG;
    } else if (words_take_word(words, "BUFFER")) {
        command->scope = SCOPE_BUFFER;
    } else if (words_take_word(words, "INPUT") ||
               (command->output = words_take_word(words, "OUTPUT"))) {
        command->scope = SCOPE_CHANNEL;
        return words_take(words, command->channel);
    }
    return true;
}

static bool parse_none(word_list *words, emulator_command *command)
{
    (void)words;
    (void)command;
    return true;
}

static bool parse_timeout(word_list *words, emulator_command *command)
{
    return words_take_number(words, &command->value);
}

static bool parse_device(word_list *words, emulator_command *command)
{
    return words_take(words, command->device);
}

static bool parse_device_bytes(word_list *words, emulator_command *command)
{
    return parse_device(words, command) && words_take_number(words, &command->value);
}

static bool parse_open(word_list *words, emulator_command *command)
{
    if (!parse_device_bytes(words, command) || !words_take(words, command->mask))
        return false;
    words_take_word(words, "CYCLIC"); /* only of outputs, of which there are none */
    return true;
}

static bool parse_read(word_list *words, emulator_command *command)
{
    if (!parse_device(words, command) || !parse_scope(words, command))
        return false;
    words_take(words, command->attribute);
    return true;
}

/* WRITE DEVICE [SCOPE] [ATTRIBUTE] BYTES */
static bool parse_write(word_list *words, emulator_command *command)
{
    if (!parse_device(words, command) || !parse_scope(words, command))
        return false;
    if (words->at + 1 < words->n)
        words_take(words, command->attribute);
    return words_take_number(words, &command->value);
}

static bool parse_set_trigger(word_list *words, emulator_command *command)
{
    char trigger[EMULATOR_WORD_MAX];
    if (!parse_device(words, command))
        return false;
    words_take(words, trigger);
    return true;
}

static bool parse_set(word_list *words, emulator_command *command)
{
    return parse_device(words, command) && words_take_word(words, "BUFFERS_COUNT") &&
           words_take_number(words, &command->value);
}

static const struct {
    const char *word;
    emulator_verb verb;
    bool (*parse)(word_list *words, emulator_command *command);
} verbs[] = {
    {"HELP", COMMAND_HELP, parse_none},
    {"EXIT", COMMAND_EXIT, parse_none},
    {"PRINT", COMMAND_PRINT, parse_none},
    {"VERSION", COMMAND_VERSION, parse_none},
    {"TIMEOUT", COMMAND_TIMEOUT, parse_timeout},
    {"OPEN", COMMAND_OPEN, parse_open},
    {"CLOSE", COMMAND_CLOSE, parse_device},
    {"READ", COMMAND_READ, parse_read},
    {"WRITE", COMMAND_WRITE, parse_write},
    {"READBUF", COMMAND_READBUF, parse_device_bytes},
    {"WRITEBUF", COMMAND_WRITEBUF, parse_device_bytes},
    {"GETTRIG", COMMAND_GETTRIG, parse_device},
    {"SETTRIG", COMMAND_SETTRIG, parse_set_trigger},
    {"SET", COMMAND_SET, parse_set},
};

int emulator_command_parse(const char *line, size_t n, emulator_command *command)
{
    word_list words;
    memset(command, 0, sizeof *command);
    if (words_split(&words, line, n))
        return -EINVAL;
    if (words.n == 0)
        return 0;
    for (size_t k = 0; k < sizeof verbs / sizeof *verbs; k++) {
        if (!words_take_word(&words, verbs[k].word))
            continue;
        if (!verbs[k].parse(&words, command) || words.at != words.n)
            return -EINVAL;
        command->verb = verbs[k].verb;
        return 0;
    }
    return -EINVAL;
}
