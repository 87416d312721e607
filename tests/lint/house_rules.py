#!/usr/bin/env python3
"""House rules that no compiler checks. Prints file:line: [rule] message for each breach; exit code 1 if any.

  include-direction  an #include goes only to a room that this room may know (ARCHITECTURE.md)
  include-from-root  project headers are included by their path from the root
  pragma-once        every header starts with it
  file-length        at most 500 lines, tests 700
  todo-without-issue a "to do" names its issue, as in (#12)
  machine-path       no path of somebody's machine, no registry host
  iterator-status    after Valid(), a RocksDB iterator's status() is checked in the same function, or a comment
                     `iterator-status: ...` there says why not
  law-in-code        legal dates are data of the law register, never literals in rules
  no-sleep           tests wait on conditions

The rules are functions of (path, text), so that house_rules_test.py can plant breaches.
"""
import pathlib
import re
import subprocess
import sys

from rooms import OUR_TOPS, direction_breaches

CODE = (".cc", ".h")
LINES_MAX = 500
TEST_LINES_MAX = 700

# Spelled in pieces: this file obeys its own rules.
MACHINE_PATH = re.compile(
    r"(?<![\w.~-])/(?:" + "|".join(["wo" "rk", "fa" "rm", "ho" "me", "Us" "ers", "ro" "ot"]) + r")/[\w.]"
    r"|(?:regis" r"try|pro" r"xy|mir" r"ror|fi" r"les|snap" r"shot|de" r"b)\.[a-z]+(?:js)?\.(?:org|com)\b"
)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b(?!\(#\d+\))")
ITERATOR_USE = re.compile(r"\b(\w+)(?:->|\.)Valid\(\)")
LAW_DATE = re.compile(r'"(?:19[5-9]\d|20\d\d)-\d\d-\d\d"|\bFromYmd\(\s*(?:19[5-9]\d|20\d\d)\b')
SLEEP = re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep|SleepFor)\s*\(")


def without_comments(text):
    """The text with // comments blanked; line numbers stay. A // inside a string literal is kept."""
    return re.sub(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*', lambda m: m[0] if m[0][0] == '"' else "", text)


def numbered(pattern, text):
    """(line number, match) of each match."""
    for match in pattern.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match


def is_test(path):
    return path.endswith("_test.cc") or path.startswith("tests/")


def pragma_once(path, text):
    if path.endswith(".h"):
        first = next((line for line in without_comments(text).split("\n") if line.strip()), "")
        if first.strip() != "#pragma once":
            yield 1, "pragma-once", "the first line after the comment is #pragma once"


def file_length(path, text):
    count = text.count("\n")
    most = TEST_LINES_MAX if is_test(path) else LINES_MAX
    if path.endswith(CODE + (".py", ".sh", ".proto")) and count > most:
        yield count, "file-length", f"{count} lines; split it by topic ({most} at most)"


def todo_without_issue(path, text):
    for line, match in numbered(UNFINISHED, text):
        yield line, "todo-without-issue", f"{match[0]} without an issue number"


def machine_path(path, text):
    for line, match in numbered(MACHINE_PATH, text):
        yield line, "machine-path", f"'{match[0]}' belongs to one machine"


def iterator_status(path, text):
    if not (path.startswith("storage/rocksdb/") and path.endswith(CODE)):
        return
    for line, match in numbered(ITERATOR_USE, text):
        end = text.find("\n}", match.end())
        rest = text[match.end() : end if end >= 0 else len(text)]
        excused = "// iterator-status: " in rest
        if not excused and not re.search(rf"\b{match[1]}(?:->|\.)status\(\)", without_comments(rest)):
            yield line, "iterator-status", f"{match[1]}->status() is not checked after {match[0]}"


def law_in_code(path, text):
    if path.endswith(CODE) and path.startswith(("graph/", "services/")) and not is_test(path):
        for line, match in numbered(LAW_DATE, without_comments(text)):
            yield line, "law-in-code", f"the date {match[0]} belongs into the law register"


def no_sleep(path, text):
    if path.endswith(CODE) and is_test(path):
        for line, match in numbered(SLEEP, without_comments(text)):
            yield line, "no-sleep", f"{match[0]}...) in a test: wait on the condition"


RULES = [
    direction_breaches,
    pragma_once,
    file_length,
    todo_without_issue,
    machine_path,
    iterator_status,
    law_in_code,
    no_sleep,
]


def breaches(path, text):
    """All breaches of one file, as (line, rule, message)."""
    return [found for rule in RULES for found in rule(path, text)]


def files_of(root):
    """Paths of the tree's own text files: what git tracks or would; without git, all but build output."""
    listed = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard", "-z"],
        capture_output=True, text=True, check=False,
    )
    if listed.returncode == 0:
        return sorted({name for name in listed.stdout.split("\0") if name and (root / name).is_file()})
    skipped = {"build", "node_modules", ".git", ".cache"}
    paths = (p.relative_to(root) for p in root.rglob("*") if p.is_file())
    return sorted(str(p) for p in paths if not skipped & set(p.parts))


def main():
    root = pathlib.Path(__file__).resolve().parents[2]
    count = checked = 0
    for path in files_of(root):
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        checked += 1
        for line, rule, message in breaches(path, text):
            print(f"{path}:{line}: [{rule}] {message}")
            count += 1
    if checked == 0:
        print("house rules: found no file to check")
        return 1
    print(f"house rules: {checked} files, {count} breaches")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
