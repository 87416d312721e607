#!/usr/bin/env python3
"""`onward exposure` and `onward paths` on published lists against a search of the CSV file itself:
check_lists.py LISTS.csv ONWARD [--origin NAME ...] [--chain FROM TO HOPS]

For each origin: the recipients outside the EEA, each with its destinations, are those that the rows give; each
witness is a chain of rows from the origin that ends with the deciding row, none shorter leads to that row. With
--chain, a shortest path between two names has so many hops.
Of load_lists.py only the reading of a row is used, not what follows from it.
"""
import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True

import load_lists  # noqa: E402  (after the line that keeps the source folder clean)

EEA = set("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK EU EEA".split())


class Lists:
    """The rows as a graph of names."""

    def __init__(self, path):
        self.rows, _ = load_lists.read_rows(path)
        self.seats = load_lists.seats_of(self.rows)
        self.ids = load_lists.unique_ids(self.seats)
        self.flow_ids = load_lists.flow_ids(self.rows, self.ids)
        self.row_of = dict(zip(self.flow_ids, self.rows))
        self.out = collections.defaultdict(list)
        for row in self.rows:
            self.out[row["exporter"]].append(row)

    def distances(self, origin):
        """name -> hops from the origin."""
        hops = {origin: 0}
        queue = collections.deque([origin])
        while queue:
            name = queue.popleft()
            for row in self.out[name]:
                if row["importer"] not in hops:
                    hops[row["importer"]] = hops[name] + 1
                    queue.append(row["importer"])
        return hops

    def destinations(self, row):
        seats = self.seats[row["importer"]]
        codes = set(seats) if len(seats) == 1 else {"UNKNOWN"}
        if row["locations"]:
            codes |= set(load_lists.places_of(row["locations"])[0])
        return codes - EEA

    def expected(self, origin):
        """(recipient id, destination) of everything outside the EEA that the origin's data reach."""
        hops = self.distances(origin)
        return {(self.ids[row["importer"]], code) for row in self.rows
                if row["exporter"] in hops and row["importer"] != origin for code in self.destinations(row)}


def ask(onward, *arguments):
    run = subprocess.run([onward, *arguments, "-o", "json"], capture_output=True, text=True, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"onward {' '.join(map(str, arguments))}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def problems_of(lists, origin, answer):
    """What is wrong with the exposure of one origin, as lines."""
    hops = lists.distances(origin)
    shown = {(row["recipient"], row["destination"]) for row in answer["recipients"]}
    expected = lists.expected(origin)
    for kind, rows in (("missing", expected - shown), ("not expected", shown - expected)):
        yield from (f"{kind}: {recipient} in {code}" for recipient, code in sorted(rows))
    for row in answer["recipients"]:
        chain = [lists.row_of[flow] for flow in row["witness"]]
        names = [origin] + [step["importer"] for step in chain]
        whole = bool(chain) and all(step["exporter"] == name for step, name in zip(chain, names))
        if not whole or lists.ids[names[-1]] != row["recipient"]:
            yield f"witness of {row['recipient']} is no chain from {origin}"
        elif len(chain) != row["hops"] or row["hops"] != hops[chain[-1]["exporter"]] + 1:
            yield f"witness of {row['recipient']} has {len(chain)} hops, the shortest to its flow has another number"


def check_chain(lists, onward, folder, source, target, hops):
    answer = ask(onward, "paths", lists.ids[source], lists.ids[target], "-f", folder)
    found = [len(path["flows"]) for path in answer["paths"]]
    shortest = lists.distances(source).get(target)
    print(f"{source} to {target}: shortest path {min(found, default=None)} hops, by the rows {shortest}")
    return min(found, default=None) == shortest == hops


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", help="the CSV file")
    parser.add_argument("onward", help="the program")
    parser.add_argument("--origin", action="append", help="a name; each exporter that nobody names, if not given")
    parser.add_argument("--chain", nargs=3, metavar=("FROM", "TO", "HOPS"))
    arguments = parser.parse_args()
    lists = Lists(arguments.lists)
    importers = {row["importer"] for row in lists.rows}
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        load_lists.convert(arguments.lists, pathlib.Path(folder))
        for origin in arguments.origin or sorted(set(lists.out) - importers):
            answer = ask(arguments.onward, "exposure", lists.ids[origin], "-f", folder)
            problems = list(problems_of(lists, origin, answer))
            recipients = {row["recipient"] for row in answer["recipients"]}
            print(f"{origin}: {len(recipients)} recipients outside the EEA or of unknown place, farthest "
                  f"{max(lists.distances(origin).values())} hops, {len(problems)} differences")
            for problem in problems:
                print(f"  {problem}")
            wrong += len(problems)
        if arguments.chain:
            source, target, hops = arguments.chain
            wrong += not check_chain(lists, arguments.onward, folder, source, target, int(hops))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
