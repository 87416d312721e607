"""Who may know whom: the room plan of ARCHITECTURE.md as data, and the check of #include lines against it."""
import re

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)

OUR_TOPS = ("graph/", "storage/", "services/", "clients/", "tests/", "onward/", "google/rpc/")

# Prefixes of project headers that each room may include besides its own; the longest matching room decides.
# A room is a folder (ending in /) or a file without its ending.
ROOMS = {
    "graph/base/": [],
    "graph/model/": ["graph/base/"],
    "graph/law/": ["graph/base/", "graph/model/"],
    "graph/verdict/": ["graph/base/", "graph/model/", "graph/law/", "graph/categories.h"],
    "graph/categories": ["graph/base/", "graph/model/"],
    "graph/": ["graph/base/", "graph/model/", "graph/law/", "graph/verdict/", "graph/categories.h"],
    "graph/query/": ["graph/"],
    "graph/reach/": ["graph/"],
    "graph/render/": ["graph/"],
    "storage/": ["graph/", "onward/store/v1/"],
    "storage/audit/": ["storage/", "graph/"],
    "storage/memory/": ["storage/", "graph/", "onward/store/v1/"],
    "storage/rocksdb/": ["storage/", "graph/", "onward/store/v1/"],
    "storage/postgres/": ["storage/", "graph/", "onward/store/v1/"],
    "storage/conformance/": ["storage/", "graph/", "tests/support/"],
    "services/": ["graph/", "storage/", "onward/v1/", "google/rpc/", "services/"],
    "services/http/": [],
    "services/audit/": ["graph/", "storage/", "services/http/"],
    "services/metrics/": ["graph/", "storage/store.h", "services/audit/", "services/commands/"],
    "services/identity/": ["graph/base/", "services/http/"],
    "services/access/": ["graph/", "storage/errors.h", "onward/v1/", "services/identity/", "services/commands/", "services/exchange/"],
    "services/commands/": ["graph/", "storage/"],
    "services/law_register/": ["graph/", "onward/v1/", "services/law_register.h"],
    "services/rpc/": ["graph/", "storage/", "onward/v1/", "google/rpc/", "services/"],
    "services/exchange/": ["graph/", "storage/", "onward/v1/", "services/commands/", "services/law_register"],
    "clients/": ["onward/v1/", "google/rpc/"],
    # The command line reads manifests, serves itself offline and needs dates and the clock for both.
    "clients/cli/": ["onward/v1/", "google/rpc/", "clients/", "services/offline.h", "services/offline_audit.h", "services/offline_storage.h",
                     "services/exchange/",
                     "graph/base/"],
    "tests/": ["graph/", "storage/", "services/", "clients/", "onward/", "google/rpc/"],
}

# Single files that know more than their room, and why.
EXCEPTIONS = {
    # Proves the codec templates on the two families of messages that they are instantiated with.
    "graph/model/wire_test.cc": ("onward/", "google/protobuf/"),
    # Proves that the reasons of storage errors are reasons of the contract.
    "storage/errors_test.cc": ("onward/v1/error_reason.pb.h",),
    # Test helper: commands are tested with the register that the programs are built with.
    "services/commands/test_engine.h": ("services/law_register.h", "services/law_version.h"),
}

# The only places that may name a backend of the storage port.
BACKENDS = ("storage/memory/", "storage/rocksdb/", "storage/postgres/")
NAMES_BACKENDS = ("services/main.cc", "services/offline.cc", "services/offline_audit.cc",
                  "services/offline_evidence.cc", "services/offline_storage.cc", "services/server_test.cc",
                  "services/server_access_test.cc", "services/server_tls_test.cc", "services/server_law_test.cc", "services/server_metrics_test.cc", "services/server_watch_test.cc", "tests/")

# Outside headers that belong to few rooms: prefix -> rooms that may include it.
OUTSIDE = {
    "curl/": ("services/http/",),
    "cjose/": ("services/identity/",),
    "prometheus/": ("services/metrics/exporter",),
    "rocksdb/": ("storage/rocksdb/", "tests/"),
    "grpc": ("services/rpc/", "services/identity/", "services/server", "services/offline", "services/main",
             "clients/", "tests/"),
    "yaml-cpp/": ("services/exchange/", "tests/"),
    "CLI/": ("services/options", "services/main", "clients/cli/", "tests/"),
    "libpq": ("storage/postgres/",),
}

# What graph/ may include from outside, besides the standard library's headers without a slash.
GRAPH_OUTSIDE = ("absl/", "boost/", "gtest/", "gmock/", "sys/", "google/protobuf/stubs/common.h")


def room_of(path):
    """The most specific room that holds the path; None: outside the room plan."""
    holding = [room for room in ROOMS if path.startswith(room)]
    return max(holding, key=len, default=None)


def is_unit_test(path):
    name = path.rsplit("/", 1)[-1]
    return name.endswith(("_test.cc", "_for_tests.h", "_for_tests.cc")) or name.startswith("test_")


def may_include(path, header):
    """Whether the file may include this project header."""
    room = room_of(path)
    if header.startswith(EXCEPTIONS.get(path, ())):
        return True
    if header.endswith(".grpc.pb.h") and not path.startswith(OUTSIDE["grpc"]):
        return False
    if header.startswith(BACKENDS):
        backend = next(prefix for prefix in BACKENDS if header.startswith(prefix))
        # Unit tests of higher rooms run on the reference backend.
        reference = is_unit_test(path) and backend == "storage/memory/" and not path.startswith("graph/")
        if not (path.startswith(backend) or path.startswith(NAMES_BACKENDS) or reference):
            return False
    if is_unit_test(path) and header.startswith("tests/support/"):
        return True
    if room.endswith("/") and header.startswith(room) and not crosses_into_subroom(room, header):
        return True
    if path.rsplit(".", 1)[0].removesuffix("_test") == header.rsplit(".", 1)[0]:
        return True
    return header.startswith(tuple(ROOMS[room])) or (header.startswith(BACKENDS) and room != "graph/")


def crosses_into_subroom(room, header):
    """Whether the header lies in a room of its own inside `room`."""
    return room_of(header) != room


def may_include_outside(path, header):
    """Whether the file may include this header of another project."""
    if header.startswith(EXCEPTIONS.get(path, ())):
        return True
    if any(header.startswith(prefix) and not path.startswith(rooms) for prefix, rooms in OUTSIDE.items()):
        return False
    if path.startswith("graph/") and "/" in header and not header.startswith(GRAPH_OUTSIDE):
        return False
    # Boost.Graph stays hidden in source files: its headers cost every reader of ours seconds.
    return not (header.startswith("boost/graph/") and path.endswith(".h"))


def direction_breaches(path, text):
    """Breaches of include-direction and include-from-root, as (line, rule, message)."""
    if not path.endswith((".cc", ".h")) or room_of(path) is None:
        return
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        bracket, header = match[1], match[2]
        if bracket == '"' and ("/" not in header or header.startswith(".")):
            yield line, "include-from-root", f'"{header}": write the path from the root'
        elif not (may_include if header.startswith(OUR_TOPS) else may_include_outside)(path, header):
            yield line, "include-direction", f"{room_of(path)} may not know {header}"
