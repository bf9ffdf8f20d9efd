#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the code against docs/style.md and prints the figures. usage: lint.py [ROOT]

Exit status 1 on any breach, each named by file and line.
"""
import os
import re
import shutil
import statistics
import subprocess
import sys

FOLDERS = ("dsp", "drivers", "calib", "daemon", "clients", "tests", "benches")
COPIES = "calib/lanes/"  # of other programs, as they came: licence and words alone are checked
FUNCTION_MEDIAN, FUNCTION_P90, FUNCTION_MAX = 15, 40, 60
FILE_MAX, HEADER_MAX, COLUMN_MAX, ARGUMENT_MAX = 400, 120, 100, 5
CMAKE_ROOT_MAX, CMAKE_MAX = 60, 25
CODE = (".c", ".h", ".py", ".sh", ".cmake", ".awk", ".js", ".css")
SPDX = "SPDX-License-Identifier: GPL-3.0-or-later"
# Said of ground, these words would be a claim that nobody can make.
CLAIM = re.compile(r"\b(un)?(safe(ly|ty)?|clear(ed|ance|s)?)\b", re.I)
CLAIM_ALLOWED = re.compile(
    r"not certified for clearance|humanitarian clearance|'unsafe-inline'", re.I)
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')
MACHINE_PATH = re.compile(r"(?<![\w./$}-])/(work|farm|home|root)\b(?!\.)")
REGISTRY = re.compile(
    r"(deb|security|snapshot|ftp)(\.\w+)?\.debian\.org|registry\.npmjs\.org|pypi\.org"
    r"|pythonhosted\.org|crates\.io|proxy\.golang\.org|repo\d?\.maven|rubygems\.org|nuget\.org")

breaches = []


def breach(place, text):
    breaches.append(f"{place}: {text}")


def files_list():
    """Files under version control, else (in an archive without git) all but the builds."""
    try:
        out = subprocess.run(["git", "ls-files", "-z", "-c", "-o", "--exclude-standard"],
                             capture_output=True, check=True).stdout.decode()
        return sorted(name for name in out.split("\0") if name and os.path.isfile(name))
    except (OSError, subprocess.CalledProcessError):
        found = []
        for folder, folders, names in os.walk("."):
            folders[:] = [f for f in folders if not f.startswith("build") and f != ".git"]
            found += [os.path.relpath(os.path.join(folder, name)) for name in names]
        return sorted(found)


def text_read(name):
    try:
        with open(name, encoding="utf-8") as file:
            return file.read()
    except UnicodeDecodeError:
        return None


def comments_blank(text):
    """The text of a C file with comments as blanks: the same lines and columns."""
    token = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'', re.S)

    def blank(match):
        found = match.group()
        return re.sub(r"[^\n]", " ", found) if found[0] == "/" else found
    return token.sub(blank, text)


def is_code(name):
    return name.endswith(CODE) or os.path.basename(name) in ("CMakeLists.txt", "dev", "run")


def lengths_check(name, lines):
    base = os.path.basename(name)
    limit = FILE_MAX
    if base == "CMakeLists.txt":
        limit = CMAKE_MAX if "/" in name else CMAKE_ROOT_MAX
    elif base.endswith(".h"):
        limit = HEADER_MAX
    if len(lines) > limit:
        breach(name, f"{len(lines)} lines, at most {limit}")
    for number, line in enumerate(lines, 1):
        if len(line) > COLUMN_MAX:
            breach(f"{name}:{number}", f"{len(line)} columns, at most {COLUMN_MAX}")


def claims_check(name, text):
    for number, line in enumerate(comments_blank(text).split("\n"), 1):
        if line.lstrip().startswith("#"):
            continue
        for string in STRING.findall(line):
            if CLAIM.search(CLAIM_ALLOWED.sub("", string)):
                breach(f"{name}:{number}", f'"{string}": nothing is ever called safe or clear')


def words_check(name, lines):
    for number, line in enumerate(lines, 1):
        if MACHINE_PATH.search(line):
            breach(f"{name}:{number}", "a path of one machine")
        if REGISTRY.search(line):
            breach(f"{name}:{number}", "the name of a registry's host")


def file_check(name):
    text = text_read(name)
    if text is None or name.startswith("tests/corpus/"):
        return
    lines = text.splitlines()
    words_check(name, lines)
    if is_code(name):
        if not name.startswith(COPIES):
            lengths_check(name, lines)
        head = lines[:2] if lines and lines[0].startswith("#!") else lines[:1]
        if not any(SPDX in line for line in head):
            breach(f"{name}:1", f"no line {SPDX}")
    if name.endswith((".c", ".h")) and not name.startswith(("tests/", "benches/")):
        claims_check(name, text)


def arguments_count(signature):
    """Arguments; the error, a callback's user pointer and an array's length come with others."""
    inner = signature.strip()[1:-1]
    while re.search(r"\([^()]*\)", inner):
        inner = re.sub(r"\([^()]*\)", "", inner)
    names = (re.sub(r"\[[^]]*\]", "", part).split()[-1:] for part in inner.split(","))
    return sum(not re.fullmatch(r"error|user|n|n_\w+", n[0].strip("*")) for n in names if n)


def functions_list(names):
    """(lines, arguments, place, name) of every C function; lines of comment are not counted."""
    out = subprocess.run(
        ["ctags", "--languages=C", "--kinds-C=f", "--fields=neS", "-o", "-", "-L", "-"],
        input="\n".join(names), capture_output=True, check=True, text=True).stdout
    codes, functions = {}, []
    for line in out.splitlines():
        if line.startswith("!"):
            continue
        name, path, fields = line.split("\t", 2)
        found = dict(re.findall(r"\t(line|end|signature):([^\t]*)", fields))
        if path not in codes:
            codes[path] = comments_blank(text_read(path)).split("\n"), text_read(path).split("\n")
        code, full = (part[int(found["line"]) - 1:int(found["end"])] for part in codes[path])
        n_lines = sum(bool(c.strip()) or not f.strip() for c, f in zip(code, full))
        n_arguments = arguments_count(found.get("signature", "()"))
        functions.append((n_lines, n_arguments, f"{path}:{found['line']}", name))
    return functions


def percentile_90(values):
    return sorted(values)[max(0, -(-len(values) * 9 // 10) - 1)]


def sources_check(names):
    """Every source that a comment names by its tag is in the bibliography."""
    known = set(re.findall(r"\[\w+\]", text_read("docs/numerics.md")))
    for name in names:
        for tag in re.findall(r"\[[A-Z][A-Za-z]+(?:19|20)\d\d\]", text_read(name)):
            if tag not in known:
                breach(name, f"{tag}: not in docs/numerics.md")


def functions_check(names):
    functions = functions_list(names)
    sizes = [f[0] for f in functions]
    median, p90 = statistics.median(sizes), percentile_90(sizes)
    print(f"functions: {len(sizes)}, median {median:g} lines (at most {FUNCTION_MEDIAN}), "
          f"90th percentile {p90} ({FUNCTION_P90}), longest {max(sizes)} ({FUNCTION_MAX})")
    for n_lines, _, place, name in sorted(functions, reverse=True)[:10]:
        print(f"  {n_lines:4d}  {place}  {name}")
    if median > FUNCTION_MEDIAN or p90 > FUNCTION_P90:
        breach("functions", "longer than the limits allow")
    for n_lines, n_arguments, place, name in functions:
        if n_lines > FUNCTION_MAX:
            breach(place, f"{name}: {n_lines} lines, at most {FUNCTION_MAX}")
        if n_arguments > ARGUMENT_MAX:
            breach(place, f"{name}: {n_arguments} arguments, at most {ARGUMENT_MAX}")


def files_print(names):
    sizes = sorted(((len(text_read(n).splitlines()), n) for n in names), reverse=True)
    lines = [size for size, _ in sizes]
    print(f"C files: {len(lines)}, {sum(lines)} lines, median {statistics.median(lines):g}, "
          f"90th percentile {percentile_90(lines)}, longest {lines[0]} "
          f"(at most {FILE_MAX}; headers {HEADER_MAX})")
    for size, name in sizes[:10]:
        print(f"  {size:4d}  {name}")


def format_check(names):
    if not shutil.which("clang-format"):
        print("skipped: format: clang-format is not installed")
        return
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True).stdout
    if " 14." not in version:
        print(f"skipped: format: version 14 is the one that counts, not: {version.strip()}")
        return
    for name in names:
        out = subprocess.run(["clang-format", name], capture_output=True, text=True).stdout
        if out != text_read(name):
            breach(name, "not as clang-format writes it: ./dev format")


def includes_check():
    if not shutil.which("cmake"):
        print("skipped: includes: cmake is not installed")
        return
    found = subprocess.run(["cmake", "-DROOT=" + os.getcwd(), "-P", "tests/style_includes.cmake"],
                           capture_output=True, text=True)
    if found.returncode:
        breach("tests/style_includes.cmake", found.stderr.strip())


def main():
    os.chdir(sys.argv[1] if len(sys.argv) > 1 else ".")
    files = files_list()
    sources = [n for n in files if n.endswith((".c", ".h")) and n.split("/")[0] in FOLDERS
               and not n.startswith(COPIES)]
    for name in files:
        if name != "LICENSE":
            file_check(name)
    files_print(sources)
    functions_check(sources)
    sources_check(sources)
    format_check(sources)
    includes_check()
    for text in breaches:
        print(text)
    print(f"lint: {len(breaches)} breaches in {len(files)} files")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
