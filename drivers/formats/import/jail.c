/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The walls around foreign parsers: system calls by libseccomp, memory and time by limits.
 */
#include "drivers/formats/import/import_impl.h"

#include <errno.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define IS_SANITIZED 1 /* which reserves terabytes */
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED 1
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED 0
#endif

static const rlim_t memory_bytes = (rlim_t)3 << 30, processor_s = 10;

/* Reading what is open already, memory, time and the way out. */
static const int allowed[] = {
    SCMP_SYS(read),           SCMP_SYS(pread64),    SCMP_SYS(readv),         SCMP_SYS(lseek),
    SCMP_SYS(fstat),          SCMP_SYS(munmap),     SCMP_SYS(mremap),        SCMP_SYS(brk),
    SCMP_SYS(madvise),        SCMP_SYS(futex),      SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
    SCMP_SYS(close),          SCMP_SYS(getpid),     SCMP_SYS(gettid),        SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),   SCMP_SYS(getrandom),  SCMP_SYS(exit),          SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(sigaltstack)};

/* For which there is no innocent reason; whatever else is not allowed just fails. */
static const int deadly[] = {SCMP_SYS(execve), SCMP_SYS(execveat), SCMP_SYS(fork),
                             SCMP_SYS(vfork),  SCMP_SYS(clone),    SCMP_SYS(clone3),
                             SCMP_SYS(socket), SCMP_SYS(connect),  SCMP_SYS(ptrace)};

static int rules_add(scmp_filter_ctx filter)
{
    int failed = 0;
    for (size_t k = 0; k < sizeof allowed / sizeof *allowed; k++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[k], 0);
    for (size_t k = 0; k < sizeof deadly / sizeof *deadly; k++)
        failed |= seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, deadly[k], 0);
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(write), 1,
                               SCMP_A0(SCMP_CMP_LE, STDERR_FILENO, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(newfstatat), 1,
                               SCMP_A0(SCMP_CMP_LE, STDERR_FILENO + 8, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    return failed;
}

static int limit_set(__rlimit_resource_t what, rlim_t most)
{
    const struct rlimit limit = {.rlim_cur = most, .rlim_max = most};
    return setrlimit(what, &limit);
}

void import_jail(import_answer *answer)
{
    int failed =
        limit_set(RLIMIT_CPU, processor_s) | limit_set(RLIMIT_CORE, 0) | limit_set(RLIMIT_FSIZE, 0);
    if (!IS_SANITIZED)
        failed |= limit_set(RLIMIT_AS, memory_bytes);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EACCES));
    failed |= !filter || rules_add(filter) || seccomp_load(filter);
    if (failed)
        import_refuse(answer, "its parser cannot be walled in here: it is not run");
    seccomp_release(filter);
}
