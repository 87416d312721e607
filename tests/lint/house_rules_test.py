#!/usr/bin/env python3
"""Plants breaches of the house rules and checks that each is found, and that what is allowed is not."""
import unittest

import house_rules


def rules_broken(path, text):
    return [rule for _, rule, _ in house_rules.breaches(path, text)]


def include(header):
    bracket = f'"{header}"' if header.startswith(house_rules.OUR_TOPS) else f"<{header}>"
    return f"#include {bracket}\n"


class IncludeDirection(unittest.TestCase):
    WRONG = [
        ("graph/model/party.cc", "graph/verdict/judge.h"),
        ("graph/base/date.cc", "graph/model/party.h"),
        ("graph/law/register.cc", "graph/verdict/judge.h"),
        ("graph/verdict/judge.cc", "graph/snapshot.h"),
        ("graph/verdict/judge.cc", "graph/query/findings.h"),
        ("graph/snapshot.cc", "graph/query/findings.h"),
        ("graph/snapshot.cc", "storage/store.h"),
        ("graph/model/party.cc", "onward/v1/party.pb.h"),
        ("graph/model/party_test.cc", "onward/v1/party.pb.h"),
        ("graph/model/party.cc", "google/protobuf/message.h"),
        ("graph/model/party.cc", "spdlog/spdlog.h"),
        ("graph/query/paths.cc", "grpcpp/grpcpp.h"),
        ("graph/snapshot.h", "boost/graph/adjacency_list.hpp"),
        ("graph/verdict/judge_test.cc", "storage/memory/memory_store.h"),
        ("storage/store.h", "services/commands/apply.h"),
        ("storage/store.h", "storage/memory/memory_store.h"),
        ("storage/record.cc", "onward/v1/record.pb.h"),
        ("storage/keys.cc", "rocksdb/slice.h"),
        ("storage/memory/memory_store.cc", "storage/rocksdb/rocksdb_store.h"),
        ("storage/memory/memory_store.cc", "rocksdb/db.h"),
        ("storage/rocksdb/rocksdb_store.cc", "storage/memory/memory_store.h"),
        ("storage/rocksdb/rocksdb_store.cc", "grpcpp/grpcpp.h"),
        ("storage/conformance/suite.cc", "storage/memory/memory_store.h"),
        ("services/commands/apply.cc", "storage/rocksdb/rocksdb_store.h"),
        ("services/commands/apply.cc", "storage/memory/memory_store.h"),
        ("services/commands/apply.cc", "services/rpc/convert.h"),
        ("services/commands/apply.cc", "onward/v1/inventory_service.pb.h"),
        ("services/commands/apply.cc", "grpcpp/grpcpp.h"),
        ("services/exchange/manifest.cc", "onward/v1/inventory_service.grpc.pb.h"),
        ("services/exchange/manifest.cc", "services/rpc/convert.h"),
        ("services/law_register/loader.cc", "services/commands/law.h"),
        ("services/rpc/check.cc", "storage/rocksdb/rocksdb_store.h"),
        ("services/rpc/check.cc", "clients/cpp/client.h"),
        ("services/server.cc", "storage/rocksdb/rocksdb_store.h"),
        ("services/server.cc", "onward/store/v1/record.pb.h"),
        ("clients/cli/apply.cc", "graph/model/party.h"),
        ("clients/cli/apply.cc", "storage/store.h"),
        ("clients/cli/apply.cc", "services/commands/apply.h"),
        ("clients/cli/apply.cc", "services/server.h"),
        ("clients/cpp/client.cc", "services/offline.h"),
        ("clients/cpp/client.cc", "services/exchange/manifest.h"),
        ("clients/cpp/client.cc", "clients/cli/apply.h"),
    ]
    RIGHT = [
        ("graph/model/party.cc", "graph/model/party.h"),
        ("graph/model/party.cc", "graph/base/date.h"),
        ("graph/model/party.cc", "absl/strings/str_cat.h"),
        ("graph/model/party.cc", "vector"),
        ("graph/model/party_test.cc", "tests/support/status_matchers.h"),
        ("graph/model/party_test.cc", "gmock/gmock.h"),
        ("graph/snapshot.cc", "boost/graph/compressed_sparse_row_graph.hpp"),
        ("graph/query/findings.cc", "graph/snapshot.h"),
        ("graph/verdict/judge.cc", "graph/law/register.h"),
        ("storage/record.cc", "onward/store/v1/record.pb.h"),
        ("storage/store.h", "graph/model/record.h"),
        ("storage/rocksdb/rocksdb_store.cc", "rocksdb/db.h"),
        ("storage/rocksdb/rocksdb_store.cc", "storage/keys.h"),
        ("storage/memory/memory_store_test.cc", "storage/conformance/suite.h"),
        ("services/commands/apply.cc", "storage/store.h"),
        ("services/commands/apply.cc", "graph/snapshot.h"),
        ("services/commands/apply_test.cc", "storage/memory/memory_store.h"),
        ("services/rpc/check.cc", "services/commands/check.h"),
        ("services/rpc/check.cc", "grpcpp/grpcpp.h"),
        ("services/main.cc", "storage/rocksdb/rocksdb_store.h"),
        ("services/offline.cc", "storage/memory/memory_store.h"),
        ("clients/cli/apply.cc", "clients/cpp/client.h"),
        ("clients/cli/apply.cc", "services/offline.h"),
        ("clients/cli/apply.cc", "services/exchange/manifest.h"),
        ("clients/cpp/client.cc", "onward/v1/inventory_service.grpc.pb.h"),
        ("tests/e2e/serve_test.cc", "storage/rocksdb/rocksdb_store.h"),
        ("tests/bench/commit.cc", "rocksdb/db.h"),
    ]

    def test_wrong_directions_are_found(self):
        for path, header in self.WRONG:
            with self.subTest(path=path, header=header):
                text = ("#pragma once\n" if path.endswith(".h") else "") + include(header)
                self.assertEqual(rules_broken(path, text), ["include-direction"])

    def test_right_directions_pass(self):
        for path, header in self.RIGHT:
            with self.subTest(path=path, header=header):
                text = ("#pragma once\n" if path.endswith(".h") else "") + include(header)
                self.assertEqual(rules_broken(path, text), [])

    def test_the_line_is_named(self):
        found = house_rules.breaches("graph/base/a.cc", "// a\n\n  #  include \"storage/store.h\"\n")
        self.assertEqual([line for line, _, _ in found], [3])

    def test_includes_are_written_from_the_root(self):
        self.assertEqual(rules_broken("graph/model/a.cc", '#include "party.h"\n'), ["include-from-root"])
        self.assertEqual(rules_broken("graph/model/a.cc", '#include "../base/date.h"\n'), ["include-from-root"])


class OtherRules(unittest.TestCase):
    def test_pragma_once(self):
        self.assertEqual(rules_broken("graph/a.h", "// What it is.\nint F();\n"), ["pragma-once"])
        self.assertEqual(rules_broken("graph/a.h", ""), ["pragma-once"])
        self.assertEqual(rules_broken("graph/a.h", "// What it is.\n#pragma once\n"), [])

    def test_file_length(self):
        self.assertEqual(rules_broken("graph/a.cc", "int a;\n" * 501), ["file-length"])
        self.assertEqual(rules_broken("graph/a.cc", "int a;\n" * 500), [])
        self.assertEqual(rules_broken("graph/a_test.cc", "int a;\n" * 700), [])
        self.assertEqual(rules_broken("graph/a_test.cc", "int a;\n" * 701), ["file-length"])
        self.assertEqual(rules_broken("graph/law/register/facts.txtpb", "a: 1\n" * 501), [])

    def test_unfinished_work_names_its_issue(self):
        for word in ("TO" "DO", "FIX" "ME", "XX" "X"):
            self.assertEqual(rules_broken("a.md", f"{word}: later\n"), ["todo-without-issue"])
            self.assertEqual(rules_broken("a.md", f"{word}(#12): later\n"), [])

    def test_machine_paths(self):
        for planted in ("/ho" "me/me/x", "(/wo" "rk/x)", '"/ro' 'ot/x"', "=/Us" "ers/x", "regis" "try.example.org"):
            with self.subTest(planted=planted):
                self.assertEqual(rules_broken("a.md", planted + "\n"), ["machine-path"])
        for fine in ("the wo" "rk/life balance", "${sourceDir}/ho" "me", "~/wo" "rk/x"):
            with self.subTest(fine=fine):
                self.assertEqual(rules_broken("a.md", fine + "\n"), [])

    def test_iterator_status(self):
        loop = "void F() {\n  for (it->Seek(a); it->Valid(); it->Next()) {\n    Use(it->key());\n  }\n"
        checked = loop + "  if (!it->status().ok()) {\n    return;\n  }\n}\n"
        other = loop + "  if (!jt->status().ok()) {\n    return;\n  }\n}\n"
        next_function = loop + "}\nvoid G() {\n  it->status();\n}\n"
        path = "storage/rocksdb/scan.cc"
        self.assertEqual(rules_broken(path, checked), [])
        self.assertEqual(rules_broken(path, loop + "}\n"), ["iterator-status"])
        self.assertEqual(rules_broken(path, other), ["iterator-status"])
        self.assertEqual(rules_broken(path, loop + "  // it->status() is fine\n}\n"), ["iterator-status"])
        self.assertEqual(rules_broken(path, loop + "  // iterator-status: a torn file\n}\n"), [])
        self.assertEqual(rules_broken(path, next_function), ["iterator-status"])
        self.assertEqual(rules_broken(path, "void F() {\n  while (it.Valid()) {\n    it.Next();\n  }\n}\n"), ["iterator-status"])

    def test_law_stays_out_of_code(self):
        literal = 'const char* kEnd = "2020-07-' '16";\n'
        self.assertEqual(rules_broken("graph/verdict/a.cc", literal), ["law-in-code"])
        self.assertEqual(rules_broken("graph/verdict/a.cc", "// ends on 2020-07-16\n"), [])
        self.assertEqual(rules_broken("graph/verdict/a_test.cc", literal), [])

    def test_tests_do_not_sleep(self):
        nap = "void F() { std::this_thread::sleep_for(second); }\n"
        self.assertEqual(rules_broken("storage/a_test.cc", nap), ["no-sleep"])
        self.assertEqual(rules_broken("storage/a.cc", nap), [])


if __name__ == "__main__":
    unittest.main(verbosity=1)
