/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * drivers/emulator/command.h -- one line of the iiod text protocol, parsed.
 *
 * Source: libiio 0.24, iiod/parser.y and lexer.l. Words are all upper or all lower case.
 */
#ifndef GW_DRIVERS_EMULATOR_COMMAND_H
#define GW_DRIVERS_EMULATOR_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { EMULATOR_LINE_MAX = 1024, EMULATOR_WORD_MAX = 128 };

typedef enum {
    COMMAND_EMPTY,
    COMMAND_HELP,
    COMMAND_EXIT,
    COMMAND_PRINT,
    COMMAND_VERSION,
    COMMAND_TIMEOUT,
    COMMAND_OPEN,
    COMMAND_CLOSE,
    COMMAND_READ,
    COMMAND_WRITE,
    COMMAND_READBUF,
    COMMAND_WRITEBUF,
    COMMAND_GETTRIG,
    COMMAND_SETTRIG,
    COMMAND_SET
} emulator_verb;

typedef enum { SCOPE_DEVICE, SCOPE_DEBUG, SCOPE_BUFFER, SCOPE_CHANNEL } emulator_scope;

typedef struct emulator_command {
    emulator_verb verb;
    char device[EMULATOR_WORD_MAX]; /* id or name */
    emulator_scope scope;           /* READ, WRITE */
    bool output;
    char channel[EMULATOR_WORD_MAX];
    char attribute[EMULATOR_WORD_MAX]; /* "" for all */
    char mask[EMULATOR_WORD_MAX];      /* OPEN */
    uint64_t value; /* TIMEOUT ms, OPEN samples, READBUF and WRITE bytes, SET count */
} emulator_command;

/* line: [n], without its end. Returns 0 or -EINVAL; every field is set in both cases. */
int emulator_command_parse(const char *line, size_t n, emulator_command *command);

#endif
