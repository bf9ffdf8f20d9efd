/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "clients/groundwatch/command.h"

#include <getopt.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clients/client.h"
#include "drivers/keyfile.h"

static const char usage[] =
    "usage: groundwatch keys create [--owner USER] FILE\n"
    "       groundwatch keys show FILE\n"
    "       groundwatch keys allow LIST FILE.pub|KEY NAME [--command]\n"
    "       groundwatch keys list LIST\n\n"
    "Keys for a daemon that is heard beyond its own machine (docs/security.md). Each side makes a\n"
    "pair, and gives the other the .pub file; the daemon's list says who may listen and, with\n"
    "--command, acknowledge and record outcomes.\n\n"
    "  create   write FILE (the secret: it stays where it is) and FILE.pub (to give away). The\n"
    "           secret belongs to USER, who alone can read it: for a daemon that runs as USER\n"
    "  show     print the public key of a FILE or FILE.pub\n"
    "  allow    add a client's public key to the daemon's LIST; the daemon reads it again at once\n"
    "  list     print who is on a LIST. Take somebody off it by deleting the line\n";

typedef struct choice {
    bool may_command;
    const char *owner; /* NULL: who makes the key */
} choice;

static gw_status keys_create(char **word, const choice *chosen, gw_error *error)
{
    gw_keyfile pair;
    const struct passwd *user = chosen->owner ? getpwnam(chosen->owner) : NULL;
    if (chosen->owner && !user)
        return gw_error_set(error, GW_EUSAGE, "--owner: %s: no such user", chosen->owner);
    if (!gw_client_keys(pair.public_key, pair.secret_key))
        return gw_error_set(error, GW_EINTERNAL, "this libzmq makes no keys");
    gw_status status = gw_keyfile_save(word[0], &pair, user ? user->pw_uid : (uid_t)-1, error);
    explicit_bzero(pair.secret_key, sizeof pair.secret_key);
    if (status == GW_OK)
        printf("%s: the secret, for this machine only\n%s.pub: to give away: %s\n", word[0],
               word[0], pair.public_key);
    return status;
}

/* A key as such, or the public one of a file; of a file with a secret only when it is kept well. */
static gw_status public_read(const char *text, char key[GW_KEY_TEXT_MAX], gw_error *error)
{
    uint8_t bytes[GW_KEY_BYTES];
    gw_keyfile file;
    if (gw_key_decode(text, bytes)) {
        memcpy(key, text, GW_KEY_TEXT_MAX);
        return GW_OK;
    }
    gw_status status = gw_keyfile_load(text, true, &file, error);
    memcpy(key, file.public_key, GW_KEY_TEXT_MAX);
    return status;
}

static gw_status keys_show(char **word, const choice *chosen, gw_error *error)
{
    gw_keyfile file;
    (void)chosen;
    gw_status status = gw_keyfile_load(word[0], false, &file, error);
    explicit_bzero(file.secret_key, sizeof file.secret_key);
    if (status != GW_OK) /* perhaps the .pub file, or one whose secret others can read */
        status = gw_keyfile_load(word[0], true, &file, error);
    if (status == GW_OK)
        printf("public: %s\n", file.public_key);
    return status;
}

static gw_status keys_allow(char **word, const choice *chosen, gw_error *error)
{
    gw_allow_entry entry = {.may_command = chosen->may_command};
    const char *cause = gw_key_name_wrong(word[2]);
    if (cause)
        return gw_error_set(error, GW_EUSAGE, "%s: %s", word[2], cause);
    snprintf(entry.name, sizeof entry.name, "%s", word[2]);
    gw_status status = public_read(word[1], entry.key, error);
    if (status == GW_OK && !gw_key_decode(entry.key, entry.bytes))
        status = gw_error_set(error, GW_ECONFIG, "%s: not a key", word[1]);
    if (status == GW_OK)
        status = gw_allow_add(word[0], &entry, error);
    if (status == GW_OK)
        printf("%s: %s may listen%s\n", word[0], entry.name,
               entry.may_command ? " and command" : "");
    return status;
}

static gw_status keys_list(char **word, const choice *chosen, gw_error *error)
{
    gw_allow_list *list = malloc(sizeof *list);
    (void)chosen;
    if (!list)
        return gw_error_set(error, GW_ENOMEM, "out of memory");
    gw_status status = gw_allow_load(word[0], list, error);
    for (size_t k = 0; status == GW_OK && k < list->n; k++)
        printf("%s %s%s\n", list->entries[k].key, list->entries[k].name,
               list->entries[k].may_command ? " command" : "");
    free(list);
    return status;
}

static const struct {
    const char *name;
    int n_words;
    gw_status (*run)(char **word, const choice *chosen, gw_error *error);
} actions[] = {{"create", 1, keys_create},
               {"show", 1, keys_show},
               {"allow", 3, keys_allow},
               {"list", 1, keys_list}};

static gw_status keys_run(int argc, char **argv, const choice *chosen, gw_error *error)
{
    for (size_t k = 0; argc && k < sizeof actions / sizeof *actions; k++) {
        if (strcmp(argv[0], actions[k].name) != 0)
            continue;
        if (argc - 1 != actions[k].n_words ||
            (chosen->may_command && actions[k].run != keys_allow) ||
            (chosen->owner && actions[k].run != keys_create))
            return gw_error_set(error, GW_EUSAGE, "%s: see --help for what it takes", argv[0]);
        return actions[k].run(argv + 1, chosen, error);
    }
    return gw_error_set(error, GW_EUSAGE, "create, show, allow or list expected; see --help");
}

int command_keys(int argc, char **argv)
{
    static const struct option known[] = {{"command", no_argument, NULL, 'c'},
                                          {"owner", required_argument, NULL, 'o'},
                                          {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    choice chosen = {.may_command = false};
    gw_error error = {.status = GW_OK};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (option == 'h') {
            fputs(usage, stdout);
            return 0;
        }
        if (option != 'c' && option != 'o') {
            gw_error_set(&error, GW_EUSAGE, "unknown option, or no value; see --help");
            return command_fail("keys", &error);
        }
        if (option == 'c')
            chosen.may_command = true;
        else
            chosen.owner = optarg;
    }
    gw_status status = keys_run(argc - optind, argv + optind, &chosen, &error);
    if (status == GW_OK && fflush(stdout) != 0)
        status = gw_error_set(&error, GW_EIO, "standard output: write failed");
    return status == GW_OK ? 0 : command_fail("keys", &error);
}
