/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drivers/keyfile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#define PUBLIC "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
#define SECRET "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
#define OTHER "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static char folder[64], file[96];

static int folder_make(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/gw-keyfile-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    snprintf(file, sizeof file, "%s/key", folder);
    return 0;
}

static int folder_remove(void **state)
{
    char name[128];
    static const char *const names[] = {"key", "key.pub", "link"};
    (void)state;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        snprintf(name, sizeof name, "%s/%s", folder, names[k]);
        unlink(name);
    }
    return rmdir(folder);
}

static void file_make(const char *text, mode_t mode)
{
    FILE *to = fopen(file, "w");
    assert_non_null(to);
    fputs(text, to);
    fclose(to);
    assert_int_equal(chmod(file, mode), 0);
}

/* The keys of ZeroMQ's manual, zmq_curve(7). */
static void a_key_is_its_thirty_two_bytes(void **state)
{
    static const uint8_t whole[] = {0x54, 0xfc, 0xba, 0x24, 0xe9, 0x32, 0x49, 0x96,
                                    0x93, 0x16, 0xfb, 0x61, 0x7c, 0x87, 0x2b, 0xb0,
                                    0xc1, 0xd1, 0xff, 0x14, 0x80, 0x04, 0x27, 0xc5,
                                    0x94, 0xcb, 0xfa, 0xcf, 0x1b, 0xc2, 0xd6, 0x52};
    uint8_t bytes[GW_KEY_BYTES];
    char text[GW_KEY_TEXT_MAX];
    (void)state;
    assert_true(gw_key_decode(OTHER, bytes));
    assert_memory_equal(bytes, whole, sizeof whole);
    memset(text, '0', 40);
    text[40] = 0;
    assert_true(gw_key_decode(text, bytes));
    text[39] = '"'; /* no digit of Z85 */
    assert_false(gw_key_decode(text, bytes));
    memset(text, '#', 40); /* above 2^32 */
    assert_false(gw_key_decode(text, bytes));
    assert_false(gw_key_decode("", bytes));
    assert_false(gw_key_decode(OTHER "0", bytes));
}

static void what_was_saved_is_loaded_and_nothing_is_written_over(void **state)
{
    gw_keyfile pair = {PUBLIC, SECRET}, got;
    gw_error error;
    struct stat info;
    char name[128];
    (void)state;
    snprintf(name, sizeof name, "%s.pub", file);
    assert_int_equal(gw_keyfile_save(file, &pair, (uid_t)-1, &error), GW_OK);
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(gw_keyfile_load(file, false, &got, &error), GW_OK);
    assert_string_equal(got.public_key, PUBLIC);
    assert_string_equal(got.secret_key, SECRET);
    assert_int_equal(gw_keyfile_load(name, true, &got, &error), GW_OK);
    assert_string_equal(got.public_key, PUBLIC);
    assert_string_equal(got.secret_key, "");
    assert_int_equal(gw_keyfile_load(file, true, &got, &error), GW_ECONFIG);
    assert_int_equal(gw_keyfile_load(name, false, &got, &error), GW_ECONFIG);
    assert_int_equal(gw_keyfile_save(file, &pair, (uid_t)-1, &error), GW_EBUSY);
}

/* Its new owner alone can read it; nobody gives a file to another but root. */
static void a_secret_can_be_given_to_the_user_of_a_daemon(void **state)
{
    enum { NOBODY = 65534 };
    const gw_keyfile pair = {PUBLIC, SECRET};
    gw_error error;
    struct stat info;
    (void)state;
    gw_status status = gw_keyfile_save(file, &pair, NOBODY, &error);
    if (geteuid() != 0) {
        assert_int_equal(status, GW_EIO);
        assert_int_equal(stat(file, &info), -1);
        return;
    }
    assert_int_equal(status, GW_OK);
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_uid, NOBODY);
    assert_int_equal(info.st_mode & 0777, 0600);
}

static void a_secret_that_others_could_read_is_refused(void **state)
{
    static const mode_t modes[] = {0640, 0604, 0620, 0602, 0644, 0777};
    gw_keyfile got;
    gw_error error;
    char link[128];
    (void)state;
    for (size_t k = 0; k < sizeof modes / sizeof *modes; k++) {
        file_make("public: " PUBLIC "\nsecret: " SECRET "\n", modes[k]);
        assert_int_equal(gw_keyfile_load(file, false, &got, &error), GW_ECONFIG);
        assert_non_null(strstr(error.text, "chmod 600"));
        assert_string_equal(got.secret_key, "");
    }
    file_make("public: " PUBLIC "\nsecret: " SECRET "\n", 0400);
    assert_int_equal(gw_keyfile_load(file, false, &got, &error), GW_OK);
    snprintf(link, sizeof link, "%s/link", folder);
    assert_int_equal(symlink(file, link), 0);
    assert_int_equal(gw_keyfile_load(link, false, &got, &error), GW_ECONFIG);
    assert_non_null(strstr(error.text, "symbolic link"));
    assert_int_equal(gw_keyfile_load(folder, false, &got, &error), GW_ECONFIG);
    snprintf(link, sizeof link, "%s/none", folder);
    assert_int_equal(gw_keyfile_load(link, false, &got, &error), GW_ENOENT);
}

static void a_key_file_that_is_not_right_is_refused_with_its_line(void **state)
{
    static const char *const all[][2] = {
        {"", "no line 'public: KEY'"},
        {"public: short\n", ":1: not a key"},
        {"# x\n\npublic " PUBLIC "\n", ":3: 'public: KEY'"},
        {"public: " PUBLIC "\npublic: " PUBLIC "\n", ":2: stands there twice"},
        {"public: " PUBLIC "\nsecret: " SECRET "x\n", ":2: not a key"},
        {"secret: " SECRET "\n", "no line 'public: KEY'"}};
    gw_keyfile got;
    gw_error error;
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        assert_int_equal(gw_keyfile_parse("f", all[k][0], strlen(all[k][0]), &got, &error),
                         GW_ECONFIG);
        if (!strstr(error.text, all[k][1]))
            fail_msg("%s: %s", all[k][0], error.text);
        assert_string_equal(got.secret_key, "");
    }
    assert_int_equal(gw_keyfile_parse("f", "public: " PUBLIC "\0\n", 50, &got, &error), GW_ECONFIG);
}

static mode_t umask_now(void)
{
    mode_t mask = umask(022);
    umask(mask);
    return mask;
}

static void a_list_says_who_may_what(void **state)
{
    struct stat info;
    static gw_allow_list list;
    gw_allow_entry map = {.name = "map"}, hand = {.name = "console", .may_command = true};
    gw_error error;
    (void)state;
    memcpy(map.key, PUBLIC, sizeof map.key);
    memcpy(hand.key, OTHER, sizeof hand.key);
    assert_true(gw_key_decode(map.key, map.bytes) && gw_key_decode(hand.key, hand.bytes));
    assert_int_equal(gw_allow_add(file, &map, &error), GW_OK);
    assert_int_equal(gw_allow_add(file, &hand, &error), GW_OK);
    assert_int_equal(gw_allow_add(file, &hand, &error), GW_ECONFIG); /* twice */
    assert_int_equal(stat(file, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0644 & ~umask_now());
    assert_int_equal(gw_allow_load(file, &list, &error), GW_OK);
    assert_int_equal(list.n, 2);
    assert_false(gw_allow_find(&list, map.bytes)->may_command);
    assert_true(gw_allow_find(&list, hand.bytes)->may_command);
    map.bytes[31] ^= 1;
    assert_null(gw_allow_find(&list, map.bytes));
    file_make(PUBLIC " map", 0600); /* its last line has no end */
    assert_int_equal(gw_allow_add(file, &hand, &error), GW_OK);
    assert_int_equal(gw_allow_load(file, &list, &error), GW_OK);
    assert_int_equal(list.n, 2);
    assert_int_equal(chmod(file, 0620), 0);
    assert_int_equal(gw_allow_load(file, &list, &error), GW_ECONFIG);
    assert_int_equal(list.n, 0);
}

static void a_list_that_is_not_right_lets_nobody_in(void **state)
{
    static const char *const all[][2] = {{PUBLIC "\n", ":1: 'KEY NAME'"},
                                         {"# x\n" PUBLIC " a b\n", ":2: 'KEY NAME'"},
                                         {PUBLIC " a command x\n", ":1: 'KEY NAME'"},
                                         {"short a\n", ":1: not a key"},
                                         {PUBLIC " a/b\n", ":1: a name is made of"},
                                         {PUBLIC " a\n" PUBLIC " b\n", ":2: the key is listed"},
                                         {PUBLIC " a\n" OTHER " a\n", ":2: the name is listed"}};
    static gw_allow_list list;
    gw_error error;
    (void)state;
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        assert_int_equal(gw_allow_parse("l", all[k][0], strlen(all[k][0]), &list, &error),
                         GW_ECONFIG);
        if (!strstr(error.text, all[k][1]))
            fail_msg("%s: %s", all[k][0], error.text);
        assert_int_equal(list.n, 0);
    }
}

int main(void)
{
#define EACH(name) cmocka_unit_test_setup_teardown(name, folder_make, folder_remove)
    const struct CMUnitTest tests[] = {
        EACH(a_key_is_its_thirty_two_bytes),
        EACH(what_was_saved_is_loaded_and_nothing_is_written_over),
        EACH(a_secret_can_be_given_to_the_user_of_a_daemon),
        EACH(a_secret_that_others_could_read_is_refused),
        EACH(a_key_file_that_is_not_right_is_refused_with_its_line),
        EACH(a_list_says_who_may_what),
        EACH(a_list_that_is_not_right_lets_nobody_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
