#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""House style, measured: lengths against the limits of docs/style.md, includes, licence lines, format,
words. usage: lint.py ROOT. Exit 1 when a limit is broken."""
import os
import re
import subprocess
import sys

ROOT = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".")
PRODUCT = ("dsp", "drivers", "daemon", "calib", "clients")
FOLDERS = PRODUCT + ("tests", "benches")
FUNCTION_MEDIAN, FUNCTION_P90, FUNCTION_MAX = 15, 40, 60
FILE_MAX, HEADER_MAX, LINE_MAX, ARGUMENTS_MAX = 400, 120, 100, 5
ONE_HOME = {"fftw3.h": 1, "iio.h": 1, "zmq.h": 2, "sqlite3.h": 1}
problems = []


def problem(text):
    problems.append(text)


def files(*endings):
    for folder in FOLDERS:
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in sorted(names):
                if name.endswith(endings):
                    yield os.path.join(where, name)


def short(path):
    return os.path.relpath(path, ROOT)


def lengths():
    for path in files(".c", ".h"):
        lines = open(path, encoding="utf-8").read().split("\n")
        limit = HEADER_MAX if path.endswith(".h") else FILE_MAX
        if len(lines) - 1 > limit:
            problem(f"{short(path)}: {len(lines) - 1} lines, at most {limit}")
        for number, line in enumerate(lines, 1):
            if len(line) > LINE_MAX:
                problem(f"{short(path)}:{number}: {len(line)} columns, at most {LINE_MAX}")


def argument_count(signature):
    """Arguments, not counting the error, a callback's user pointer, and lengths of arrays (n_...)."""
    inner = signature.strip()[1:-1]
    while re.search(r"\([^()]*\)", inner):
        inner = re.sub(r"\([^()]*\)", "", inner)
    names = [re.sub(r"\[[^]]*\]", "", a).split()[-1].strip("*") if a.split() else "" for a in inner.split(",")]
    return len([n for n in names if n not in ("error", "user") and not n.startswith("n_")])


def functions():
    sources = [p for p in files(".c")]
    out = subprocess.run(["ctags", "-f", "-", "--languages=C", "--kinds-C=f", "--fields=+neS"] + sources,
                         capture_output=True, text=True, check=True).stdout
    found = []
    for row in out.splitlines():
        cells = row.split("\t")
        fields = dict(c.split(":", 1) for c in cells[3:] if ":" in c)
        if "line" not in fields or "end" not in fields:
            continue
        n = int(fields["end"]) - int(fields["line"]) + 1
        found.append((n, cells[0], short(cells[1]), int(fields["line"])))
        arguments = argument_count(fields.get("signature", ""))
        if arguments > ARGUMENTS_MAX:
            problem(f"{short(cells[1])}:{fields['line']}: {cells[0]}: {arguments} arguments")
    found.sort(reverse=True)
    sizes = sorted(n for n, name, path, line in found if not path.startswith(("tests", "benches")))
    median, p90 = sizes[len(sizes) // 2], sizes[len(sizes) * 9 // 10]
    print(f"functions: {len(sizes)} in the product, median {median} lines (limit {FUNCTION_MEDIAN}), "
          f"90th percentile {p90} (limit {FUNCTION_P90}), longest {sizes[-1]} (limit {FUNCTION_MAX})")
    for n, name, path, line in found[:10]:
        print(f"  {n:3d}  {path}:{line} {name}")
    if median > FUNCTION_MEDIAN or p90 > FUNCTION_P90:
        problem("functions are too long on the whole")
    for n, name, path, line in found:
        if n > FUNCTION_MAX:
            problem(f"{path}:{line}: {name}: {n} lines, at most {FUNCTION_MAX}")


def file_table():
    sizes = sorted(((open(p, encoding="utf-8").read().count("\n"), short(p)) for p in files(".c", ".h")),
                   reverse=True)
    only = sorted(n for n, _ in sizes)
    print(f"files: {len(sizes)}, median {only[len(only) // 2]} lines, longest:")
    for n, path in sizes[:10]:
        print(f"  {n:3d}  {path}")


def includes():
    out = subprocess.run(["cmake", f"-DROOT={ROOT}", "-P", os.path.join(ROOT, "tests/style_includes.cmake")],
                         capture_output=True, text=True)
    if out.returncode:
        problem(out.stderr.strip())
    homes = {name: [] for name in ONE_HOME}
    for path in files(".c", ".h"):
        if not short(path).startswith(PRODUCT):
            continue
        for name in re.findall(r"^#include <([^>]+)>", open(path, encoding="utf-8").read(), re.M):
            if name in homes:
                homes[name].append(short(path))
    for name, where in homes.items():
        if len(where) > ONE_HOME[name]:
            problem(f"<{name}> is included by {', '.join(where)}: at most {ONE_HOME[name]}")


def licences():
    for path in list(files(".c", ".h", ".py", ".cmake", ".sh", "CMakeLists.txt")):
        head = open(path, encoding="utf-8").read(400)
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in head:
            problem(f"{short(path)}: no SPDX line")


def words():
    """What is said to people never claims that ground is safe or clear."""
    for path in files(".c"):
        if not short(path).startswith(("daemon", "clients")):
            continue
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            for text in re.findall(r'"((?:[^"\\]|\\.)*)"', line):
                if re.search(r"\b(safe|clear|cleared)\b", text, re.I):
                    problem(f"{short(path)}:{number}: says '{text}'")


def machine():
    out = subprocess.run(["git", "-C", ROOT, "grep", "-nIE", r"(^|[^A-Za-z0-9_.])/(work|farm)/", "--", "."],
                         capture_output=True, text=True).stdout
    for row in out.splitlines():
        if not row.startswith("tests/style/lint.py"):
            problem(f"path of a machine: {row}")


def formatting():
    if subprocess.run(["which", "clang-format"], capture_output=True).returncode:
        print("clang-format is not here: format not checked")
        return
    paths = list(files(".c", ".h"))
    out = subprocess.run(["clang-format", "--dry-run", "-Werror"] + paths, capture_output=True, text=True,
                         cwd=ROOT)
    wrong = sorted({row.split(":")[0] for row in out.stderr.splitlines() if "-Wclang-format-violations" in row})
    for path in wrong:
        problem(f"{short(path)}: not formatted (./dev format)")


def cmake_lists():
    for path in files("CMakeLists.txt"):
        n = open(path, encoding="utf-8").read().count("\n")
        if n > 25:
            problem(f"{short(path)}: {n} lines, at most 25")
    n = open(os.path.join(ROOT, "CMakeLists.txt"), encoding="utf-8").read().count("\n")
    if n > 60:
        problem(f"CMakeLists.txt: {n} lines, at most 60")


for check in (functions, file_table, lengths, includes, licences, words, machine, formatting, cmake_lists):
    check()
for text in problems:
    print(f"lint: {text}")
print(f"lint: {len(problems)} problems")
sys.exit(1 if problems else 0)
