#!/usr/bin/env python3
"""readme_check.py README BIN_DIR [--write]: the README's console blocks show what the programs really print.

In each ```console block a line `$ COMMAND` is run in the repository's root with BIN_DIR first on PATH; the lines
after it must be its output (standard error after standard output), with `# exit code N` last where N is not 0.
Also, each command of `onward --help` has a row in a table. --write replaces the outputs by what is printed now.
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TIMEOUT_SECONDS = 60


def run(command, root, bin_dir):
    """What a person sees: output, and the exit code where it is not 0."""
    environment = {
        **os.environ,
        "PATH": f"{bin_dir}:{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "120", "LC_ALL": "C.UTF-8",
    }
    environment.pop("ONWARD_SERVER", None)
    done = subprocess.run(
        ["bash", "-c", command], cwd=root, env=environment, capture_output=True, text=True,
        stdin=subprocess.DEVNULL, timeout=TIMEOUT_SECONDS, check=False,
    )
    lines = (done.stdout + done.stderr).rstrip("\n").split("\n")
    if done.returncode != 0:
        lines.append(f"# exit code {done.returncode}")
    return [line.rstrip() for line in lines]


def printed_now(block, root, bin_dir):
    """The block with each command's output as printed now."""
    lines = []
    for line in block.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            if lines:
                lines.append("")
            lines.append(line)
            lines.extend(run(line[2:], root, bin_dir))
    return "\n".join(lines) + "\n"


def missing_commands(readme, root, bin_dir):
    listed = re.findall(r"^  ([a-z]+)  +\S", "\n".join(run("onward --help", root, bin_dir)), re.MULTILINE)
    return [name for name in listed if f"| `{name}` |" not in readme], len(listed)


def main():
    path, bin_dir = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    readme = path.read_text(encoding="utf-8")
    now = BLOCK.sub(lambda match: f"```console\n{printed_now(match[1], path.parent, bin_dir)}```", readme)
    missing, commands = missing_commands(readme, path.parent, bin_dir)
    for name in missing:
        print(f"README: no row for the command {name}")
    if "--write" in sys.argv[3:]:
        path.write_text(now, encoding="utf-8")
        return 1 if missing else 0
    sys.stdout.writelines(
        difflib.unified_diff(readme.splitlines(True), now.splitlines(True), "README as written", "printed now")
    )
    count = len(BLOCK.findall(readme))
    print(f"README: {count} console blocks, {commands} commands")
    return 1 if missing or now != readme or count == 0 or commands == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
