#!/usr/bin/env python3
"""The same question on the same graph to Onward and to its peers, in turn, with the answers compared.

The question: which parties does data of one origin reach, each with which data categories? A flow hands on the
meet of what its exporter received and what it declares.

Peers that are not installed are skipped, and a line says so (`make setup-peers` installs them):
  PostgreSQL   a recursive query; two layouts: categories as bits of a number, and a row per category
  igraph       one search per category, on the graph of flows that carry it, made before the clock starts
  NetworkX     the same
  Kuzu         a recursive pattern per category, on a relationship table per category

What is timed favours the peers: rows are counted, not fetched, and a search's result is not merged. Their whole
answers are fetched once, outside the clock, and compared with Onward's.
"""
import argparse
import contextlib
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

CATEGORIES = 11


class Skip(Exception):
    """Why a peer cannot take part."""


class Onward:
    """The program that answers for this project; it times itself."""

    def __init__(self, program, scale, labels):
        self.process = subprocess.Popen([program, "--scale", str(scale), "--labels", labels], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"bench-peers: onward_answers ended at: {line}")
        return answer.split()

    def origins(self, number):
        return [tuple(map(int, pair.split(":"))) for pair in self.say(f"origins {number}")]

    def edges(self, path):
        return tuple(map(int, self.say(f"edges {path}")))

    def ask(self, origin, held):
        return float(self.say(f"ask {origin} {held}")[0]) / 1e6

    def answer(self, origin, held, path):
        self.say(f"answer {origin} {held} {path}")
        return dict(tuple(map(int, line.split("\t"))) for line in open(path, encoding="utf-8"))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def edges_of(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield tuple(map(int, line.split("\t")))


def held_categories(held):
    return [category for category in range(CATEGORIES) if held >> category & 1]


def merge(origin, reached_by_category):
    labels = {}
    for category, reached in reached_by_category:
        for party in reached:
            if party != origin:
                labels[party] = labels.get(party, 0) | 1 << category
    return labels


class Cluster:
    """A PostgreSQL server of its own, in a folder, on a Unix socket."""

    def __init__(self, folder):
        self.bin = next((path for version in ("15", "16", "17", "14")
                         if (path := pathlib.Path(f"/usr/lib/postgresql/{version}/bin")).is_dir()), None)
        if self.bin is None or not shutil.which("psql"):
            raise Skip("PostgreSQL's server is not installed (Debian: postgresql-15)")
        self.folder = folder
        self.as_user = []
        if os.geteuid() == 0:
            # The server refuses to run as root.
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
            shutil.chown(folder, "postgres", "postgres")
        self.run("initdb", "-D", folder / "data", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C", "-U",
                 "bench")
        options = (f"-k {folder} -c listen_addresses= -c shared_buffers=1GB -c work_mem=512MB -c fsync=off "
                   "-c max_parallel_workers_per_gather=2 -c jit=on")
        self.run("pg_ctl", "-D", folder / "data", "-l", folder / "log", "-w", "-o", options, "start")

    def run(self, program, *arguments):
        done = subprocess.run([*self.as_user, self.bin / program, *map(str, arguments)], capture_output=True, text=True,
                              check=False, cwd="/")
        if done.returncode != 0:
            raise Skip(f"{program} failed: {(done.stderr or done.stdout).strip().splitlines()[-1:]}")

    def close(self):
        self.run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop")


class Postgres:
    """One session; the query is prepared and planned once."""

    def __init__(self, folder, edges, layout):
        self.cluster = Cluster(folder)
        self.layout = layout
        self.version = "PostgreSQL " + subprocess.run([self.cluster.bin / "postgres", "--version"], capture_output=True,
                                                      text=True, check=True).stdout.split()[2]
        self.session = subprocess.Popen(["psql", "-X", "-q", "-A", "-t", "-h", folder, "-U", "bench", "postgres"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.load(edges)

    def say(self, text, rows=False):
        self.session.stdin.write(text + "\n\\echo done\n")
        self.session.stdin.flush()
        lines = []
        while (line := self.session.stdout.readline()) != "done\n":
            if not line:
                raise Skip("psql ended")
            lines.append(line)
        return lines if rows else None

    def load(self, edges):
        self.say("CREATE TABLE raw (exporter int, importer int, categories int);")
        self.say(f"\\copy raw FROM '{edges}'")
        if self.layout == "bits":
            self.say("CREATE TABLE flow AS SELECT * FROM raw; CREATE INDEX ON flow (exporter) INCLUDE (importer, "
                     "categories); VACUUM ANALYZE flow;")
            step = "JOIN flow f ON f.exporter = r.party WHERE (f.categories >> r.category) & 1 = 1"
        else:
            self.say("CREATE TABLE flow AS SELECT exporter, category, importer FROM raw, generate_series(0, 10) AS "
                     "category WHERE (categories >> category) & 1 = 1; CREATE INDEX ON flow (exporter, category) "
                     "INCLUDE (importer); VACUUM ANALYZE flow;")
            step = "JOIN flow f ON f.exporter = r.party AND f.category = r.category"
        query = ("WITH RECURSIVE reach(party, category) AS (SELECT $1::int, category FROM generate_series(0, 10) AS "
                 f"category WHERE ($2::int >> category) & 1 = 1 UNION SELECT f.importer, r.category FROM reach r {step})")
        self.say(f"PREPARE ask(int, int) AS {query} SELECT count(*) FROM reach;")
        self.say(f"PREPARE answer(int, int) AS {query} SELECT party, bit_or(1 << category) FROM reach WHERE party <> $1 "
                 "GROUP BY party;")

    def ask(self, origin, held):
        began = time.perf_counter()
        self.say(f"EXECUTE ask({origin}, {held});", rows=True)
        return time.perf_counter() - began

    def answer(self, origin, held):
        rows = self.say(f"EXECUTE answer({origin}, {held});", rows=True)
        return dict(tuple(map(int, line.split("|"))) for line in rows)

    def close(self):
        self.session.stdin.close()
        self.session.wait()
        self.cluster.close()


class IGraph:
    def __init__(self, _folder, edges, parties):
        try:
            import igraph
        except ImportError:
            raise Skip("igraph is not installed (Debian: python3-igraph)") from None
        self.version = f"igraph {igraph.__version__}"
        lists = [[] for _ in range(CATEGORIES)]
        for exporter, importer, categories in edges_of(edges):
            for category in held_categories(categories):
                lists[category].append((exporter, importer))
        self.graphs = [igraph.Graph(n=parties, edges=pairs, directed=True) for pairs in lists]

    def ask(self, origin, held):
        began = time.perf_counter()
        for category in held_categories(held):
            self.graphs[category].subcomponent(origin, mode="out")
        return time.perf_counter() - began

    def answer(self, origin, held):
        return merge(origin, ((category, self.graphs[category].subcomponent(origin, mode="out"))
                              for category in held_categories(held)))

    def close(self):
        pass


class NetworkX:
    def __init__(self, _folder, edges, parties):
        try:
            import networkx
        except ImportError:
            raise Skip("NetworkX is not installed (Debian: python3-networkx)") from None
        self.networkx = networkx
        self.version = f"NetworkX {networkx.__version__}"
        self.graphs = [networkx.DiGraph() for _ in range(CATEGORIES)]
        for graph in self.graphs:
            graph.add_nodes_from(range(parties))
        for exporter, importer, categories in edges_of(edges):
            for category in held_categories(categories):
                self.graphs[category].add_edge(exporter, importer)

    def ask(self, origin, held):
        began = time.perf_counter()
        for category in held_categories(held):
            self.networkx.descendants(self.graphs[category], origin)
        return time.perf_counter() - began

    def answer(self, origin, held):
        return merge(origin, ((category, self.networkx.descendants(self.graphs[category], origin))
                              for category in held_categories(held)))

    def close(self):
        pass


class Kuzu:
    HOPS_MAX = 60

    def __init__(self, folder, edges, parties):
        try:
            import kuzu
        except ImportError:
            raise Skip("Kuzu is not installed (PyPI: kuzu)") from None
        self.version = f"Kuzu {kuzu.__version__}"
        self.connection = kuzu.Connection(kuzu.Database(str(folder / "kuzu")))
        self.run(f"CALL var_length_extend_max_depth={self.HOPS_MAX}")
        self.run("CREATE NODE TABLE Party(id INT64 PRIMARY KEY)")
        ids = folder / "parties.csv"
        ids.write_text("".join(f"{party}\n" for party in range(parties)), encoding="utf-8")
        self.run(f"COPY Party FROM '{ids}'")
        files = [open(folder / f"flows{category}.csv", "w", encoding="utf-8") for category in range(CATEGORIES)]
        for exporter, importer, categories in edges_of(edges):
            for category in held_categories(categories):
                files[category].write(f"{exporter},{importer}\n")
        for category, file in enumerate(files):
            file.close()
            self.run(f"CREATE REL TABLE Flow{category}(FROM Party TO Party)")
            self.run(f"COPY Flow{category} FROM '{file.name}'")
        self.count, self.rows = ([self.query(category, what) for category in range(CATEGORIES)]
                                 for what in ("count(*)", "b.id"))

    def query(self, category, what):
        return (f"MATCH (a:Party {{id: $origin}})-[:Flow{category}* SHORTEST 1..{self.HOPS_MAX}]->(b:Party) "
                f"RETURN {what}")

    def run(self, query, parameters=None):
        return self.connection.execute(query, parameters or {})

    def ask(self, origin, held):
        began = time.perf_counter()
        for category in held_categories(held):
            self.run(self.count[category], {"origin": origin}).get_next()
        return time.perf_counter() - began

    def answer(self, origin, held):
        return merge(origin, ((category, [row[0] for row in self.run(self.rows[category], {"origin": origin}).get_all()])
                              for category in held_categories(held)))

    def close(self):
        self.connection.close()


PEERS = {
    "postgresql-bits": lambda folder, edges, parties: Postgres(folder, edges, "bits"),
    "postgresql-rows": lambda folder, edges, parties: Postgres(folder, edges, "rows"),
    "igraph": IGraph,
    "networkx": NetworkX,
    "kuzu": Kuzu,
}


def spread(values):
    ordered = sorted(values)
    return {"median": statistics.median(ordered), "low": ordered[0], "high": ordered[-1]}


def compare(onward, name, folder, edges, parties, origins, runs, seconds):
    """One peer's row: each side's times and the ratio of each pair of questions, asked in turn; no further pair is
    begun when the seconds are over."""
    with contextlib.closing(PEERS[name](folder, edges, parties)) as peer:
        same = all(peer.answer(origin, held) == onward.answer(origin, held, folder / "answer")
                   for origin, held in origins)
        ours, theirs = [], []
        until = time.monotonic() + seconds
        for number in range(runs):
            if theirs and time.monotonic() > until:
                break
            origin, held = origins[number % len(origins)]
            ours.append(onward.ask(origin, held))
            theirs.append(peer.ask(origin, held))
        return {"peer": name, "version": peer.version, "same_answer": same, "pairs": len(theirs),
                "onward_ms": spread([1e3 * value for value in ours]),
                "peer_ms": spread([1e3 * value for value in theirs]),
                "ratio": spread([peer_time / our_time for peer_time, our_time in zip(theirs, ours)])}


def print_row(row):
    if "skipped" in row:
        print(f"{row['peer']:16} skipped: {row['skipped']}", flush=True)
        return
    ratio = row["ratio"]
    print(f"{row['peer']:16} {row['version']:18} {row['onward_ms']['median']:10.3f} ms {row['peer_ms']['median']:12.1f} ms "
          f"{ratio['median']:10.0f} x  ({ratio['low']:.0f} to {ratio['high']:.0f}, {row['pairs']} pairs)  "
          f"{'same answer' if row['same_answer'] else 'ANOTHER ANSWER'}", flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="onward_answers")
    parser.add_argument("--scale", type=float, default=0.02, help="share of preset X's parties (default 0.02)")
    parser.add_argument("--labels", choices=("half-all", "narrow"), default="half-all")
    parser.add_argument("--pairs", type=int, default=9, help="questions to each side, in turn (default 9)")
    parser.add_argument("--origins", type=int, default=3, help="origins that are asked about in turn (default 3)")
    parser.add_argument("--seconds", type=float, default=120, help="a peer's pairs begin within so many (default 120)")
    parser.add_argument("--peer", action="append", choices=sorted(PEERS), help="only these")
    parser.add_argument("--short", action="store_true", help="only whether it runs: a small graph, one pair")
    parser.add_argument("--json", help="write the rows to this file too")
    return parser.parse_args()


def main():
    arguments = parse()
    if arguments.short:
        arguments.scale, arguments.pairs, arguments.origins = 0.001, 1, 1
    rows = []
    with contextlib.closing(Onward(arguments.program, arguments.scale, arguments.labels)) as onward, \
            tempfile.TemporaryDirectory(prefix="onward-peers-") as base:
        os.chmod(base, 0o755)
        edges = pathlib.Path(base) / "edges.tsv"
        parties, flows = onward.edges(edges)
        origins = onward.origins(arguments.origins)
        print(f"{parties} parties, {flows} flows, labels {arguments.labels}; median of each side and of the ratio of "
              f"pairs asked in turn", flush=True)
        for name in arguments.peer or PEERS:
            folder = pathlib.Path(base) / name
            folder.mkdir()
            try:
                row = compare(onward, name, folder, edges, parties, origins, arguments.pairs,
                              arguments.seconds)
            except Skip as reason:
                row = {"peer": name, "skipped": str(reason)}
            print_row(row)
            rows.append(row)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump({"parties": parties, "flows": flows, "labels": arguments.labels, "rows": rows}, file, indent=2)
    return 1 if any(not row.get("same_answer", True) for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
