#!/usr/bin/env python3
"""tidy_database.py FROM TO: copies a g++ compilation database into one that clang-tidy can read.

Leaves out precompiled headers, which are g++'s own and hide a missing #include, and flags that clang
does not know.
"""
import json
import re
import shlex
import sys

DROPPED = {"-Winvalid-pch", "-fconcepts-diagnostics-depth=2"}


def without_gcc_only(arguments):
    """The arguments without what only g++ understands."""
    kept = []
    skip = False
    for index, argument in enumerate(arguments):
        if skip:
            skip = False
        elif argument == "-include" and "cmake_pch" in arguments[index + 1]:
            skip = True
        elif argument not in DROPPED:
            kept.append(argument)
    return kept


def sources_of(entry):
    """The files that an entry compiles: of several compiled as one, each."""
    if not entry["file"].endswith("_cxx.cxx"):
        return [entry["file"]]
    with open(entry["file"], encoding="utf-8") as file:
        return re.findall(r'^#include "(.*)"$', file.read(), re.MULTILINE)


def main():
    source, target = sys.argv[1:]
    with open(source, encoding="utf-8") as file:
        entries = json.load(file)
    converted = [
        {
            "directory": entry["directory"],
            "file": file,
            "arguments": [
                file if argument == entry["file"] else argument
                for argument in without_gcc_only(shlex.split(entry["command"]))
            ],
        }
        for entry in entries
        if not entry["file"].endswith((".pb.cc", ".hxx.cxx"))
        for file in sources_of(entry)
    ]
    with open(target, "w", encoding="utf-8") as file:
        json.dump(converted, file, indent=1)


if __name__ == "__main__":
    main()
