#!/usr/bin/env python3
"""Man pages and shell completions for a package, made of what the programs say of themselves.

scripts/package_files.py BIN OUT: BIN has onwardd and onward; OUT gets man/ and completions/.
The date of the pages is SOURCE_DATE_EPOCH, so that the same programs make the same bytes.
"""
import datetime
import gzip
import os
import pathlib
import re
import subprocess
import sys


def said_by(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def roff(text):
    """Text as it stands, for a block without filling."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga")
    return "\n".join("\\&" + line if line.startswith((".", "\\(aq")) else line for line in text.rstrip("\n").split("\n"))


def block(text):
    return f".nf\n{roff(text)}\n.fi\n"


def page(name, section, version, summary, synopsis, parts):
    day = datetime.datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", 0)), datetime.timezone.utc)
    out = f'.TH {name.upper()} {section} "{day:%Y-%m-%d}" "Onward {version}" "Onward"\n'
    out += f".SH NAME\n{name} \\- {roff(summary)}\n.SH SYNOPSIS\n.B {roff(synopsis)}\n"
    for title, text in parts:
        out += f".SH {title}\n{text}"
    return out


def server_page(bin_folder, version):
    text = said_by(bin_folder / "onwardd", "--help")
    body = text.split("\n", 2)[2]
    files = "/etc/onward/onwardd.toml   its options\n/var/lib/onward            the store\n/var/backups/onward        its backups\n"
    ends = "0  stopped by a signal\n2  a wrong option\n3  a damaged store\n5  a store that another server has open\n6  the address or the store cannot be had\n"
    return page("onwardd", 8, version, "the server of Onward, the inventory of who receives personal data",
                "onwardd [OPTIONS]", [("OPTIONS", block(body)), ("FILES", block(files)), ("EXIT STATUS", block(ends)),
                                      ("SEE ALSO", ".BR onward (1)\n")])


def commands_of(text):
    return re.findall(r"^  ([a-z]+) {2,}\S", text.split("Usage:", 1)[1], re.M)


def client_page(bin_folder, version):
    text = said_by(bin_folder / "onward", "--help")
    commands = ""
    for command in commands_of(text):
        commands += f".SS {command}\n" + block(said_by(bin_folder / "onward", command, "--help"))
    return page("onward", 1, version, "who receives personal data, where, and on what legal footing",
                "onward COMMAND [OPTIONS]", [("DESCRIPTION", block(text.split("\n", 4)[4])), ("COMMANDS", commands),
                                             ("ENVIRONMENT", block("ONWARD_SERVER  the server that is asked: HOST:PORT or unix:PATH\nNO_COLOR       never colour\n")),
                                             ("SEE ALSO", ".BR onwardd (8)\n")])


def main():
    bin_folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    version = said_by(bin_folder / "onwardd", "--version").split()[-1]
    for path, text in (("man8/onwardd.8.gz", server_page(bin_folder, version)), ("man1/onward.1.gz", client_page(bin_folder, version))):
        target = out / "man" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    for shell, path in (("bash", "bash-completion/completions/onward"), ("zsh", "zsh/vendor-completions/_onward"),
                        ("fish", "fish/vendor_completions.d/onward.fish")):
        target = out / "completions" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(said_by(bin_folder / "onward", "completion", shell))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main()
