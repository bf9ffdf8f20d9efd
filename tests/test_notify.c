/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "daemon/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

static int manager_fd;

/* The next that was told; "": nothing waits. */
static const char *told(void)
{
    static char text[1100];
    ssize_t n = recv(manager_fd, text, sizeof text - 1, MSG_DONTWAIT);
    text[n > 0 ? n : 0] = 0;
    return text;
}

/* A queue that is full would hold up sd_notify for ever: this test would not end. */
static void a_manager_that_does_not_read_holds_up_nothing_and_is_told_later(void **state)
{
    char text[32], newest[1100] = "";
    int n_ready = 0, n_stopping = 0, n_alive = 0;
    (void)state;
    for (int k = 0; k <= 20000; k++) {
        snprintf(text, sizeof text, "SEARCHING%d", k);
        gw_notify_state(text, k == 20000 ? "late" : "");
    }
    gw_notify_ready();
    gw_notify_ready();
    gw_notify_stopping();
    for (int turn = 0; turn < 3; turn++) { /* in room that came to be, in turn */
        for (const char *word; (word = told())[0];) {
            n_ready += strcmp(word, "READY=1") == 0;
            n_stopping += strcmp(word, "STOPPING=1") == 0;
            n_alive += strcmp(word, "WATCHDOG=1") == 0;
            if (strncmp(word, "STATUS=", 7) == 0)
                snprintf(newest, sizeof newest, "%s", word);
        }
        gw_notify_alive(1000000000 * (int64_t)(turn + 1));
    }
    assert_string_equal(newest, "STATUS=SEARCHING20000 late");
    assert_int_equal(n_ready, 1);
    assert_int_equal(n_stopping, 1);
    assert_true(n_alive >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_manager_that_does_not_read_holds_up_nothing_and_is_told_later),
    };
    char folder[] = "/tmp/gw-notify-XXXXXX", path[64], pid[24];
    struct sockaddr_un own = {.sun_family = AF_UNIX};
    if (!mkdtemp(folder))
        return 1;
    snprintf(path, sizeof path, "%s/manager", folder);
    snprintf(own.sun_path, sizeof own.sun_path, "%s", path);
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    manager_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (bind(manager_fd, (const struct sockaddr *)&own, sizeof own) < 0)
        return 1;
    setenv("NOTIFY_SOCKET", path, 1);
    setenv("WATCHDOG_USEC", "2000000", 1);
    setenv("WATCHDOG_PID", pid, 1);
    alarm(60);
    int n_failed = cmocka_run_group_tests(tests, NULL, NULL);
    close(manager_fd);
    unlink(path);
    rmdir(folder);
    return n_failed;
}
