#!/usr/bin/env python3
"""load_lists.py on a made-up list, and `onward assess` on what it writes: lists_test.py BIN_FOLDER"""
import csv
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True

import load_lists  # noqa: E402  (after the line that keeps the source folder clean)

HERE = pathlib.Path(__file__).parent
SAMPLE = HERE / "sample.csv"
BIN = pathlib.Path(sys.argv.pop()) if len(sys.argv) > 1 else None


def documents(path):
    return path.read_text(encoding="utf-8").split("---\n")


class LoadLists(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.out = pathlib.Path(self.folder.name)
        self.addCleanup(self.folder.cleanup)

    def flow(self, flow_id):
        return next(text for text in documents(self.out / "flows.yaml") if f"id: {flow_id}\n" in text)

    def party(self, party_id):
        return next(text for text in documents(self.out / "parties.yaml") if f"id: {party_id}\n" in text)

    def test_counts_what_was_read_and_what_was_not(self):
        read = load_lists.convert(SAMPLE, self.out)
        self.assertEqual((read["rows"], read["flows"], read["pairs"], read["parties"]), (7, 7, 6, 5))
        self.assertEqual((read["rows left out (registry)"], read["rows left out (to itself)"]), (1, 1))
        self.assertEqual(read["flows with a place that was not read whole"], 2)
        self.assertEqual(read["parties whose sources differ"], 1)

    def test_guesses_nothing(self):
        load_lists.convert(SAMPLE, self.out)
        self.assertNotIn("establishment", self.party("zahler-co"))
        # Germany, and by another row Austria.
        self.assertIn('establishment: "sources differ: AT, DE"', self.party("mailer"))
        self.assertNotIn("sites:", self.flow("mailer--cloud-host"))
        for text in documents(self.out / "flows.yaml"):
            self.assertNotIn("Role", text)
            self.assertNotIn("agreements", text)

    def test_a_place_that_cannot_be_read_is_not_determinable_and_kept_in_words(self):
        load_lists.convert(SAMPLE, self.out)
        flow = self.flow("mailer--zahler-co")
        self.assertIn("country: GLOBAL", flow)
        self.assertIn('place-not-read: "nearest data center"', flow)
        self.assertEqual(load_lists.places_of("US; regions Tokyo and Europe (London)"), (["US", "GLOBAL"], False))
        self.assertEqual(load_lists.places_of("Ireland (EU)"), (["IE"], True))
        self.assertEqual(load_lists.places_of("United States and European Union"), (["US", "EU"], True))

    def test_each_row_of_a_pair_is_a_flow_of_its_own(self):
        load_lists.convert(SAMPLE, self.out)
        self.assertIn("country: DE", self.flow("shop--mailer"))
        self.assertIn("country: GLOBAL", self.flow("shop--mailer-2"))
        self.assertIn('stated-mechanism: "EU SCCs"', self.flow("shop--mailer-2"))

    def test_seats_fill_what_the_lists_do_not_say(self):
        seats = self.out / "seats.csv"
        seats.write_text("name,hq_country,source\nzähler & co.,CH,register\nMailer,FR,register\n", encoding="utf-8")
        load_lists.convert(SAMPLE, self.out, seats)
        self.assertIn("establishment: CH", self.party("zahler-co"))
        self.assertNotIn("FR", self.party("mailer"))

    def test_names_that_look_alike_get_ids_of_their_own(self):
        ids = load_lists.unique_ids(["A.B", "A B", "a-b", "Å"])
        self.assertEqual(len(set(ids.values())), 4)

    def test_refuses_what_is_no_list(self):
        wrong = self.out / "wrong.csv"
        wrong.write_text("exporter,importer\na,b\n", encoding="utf-8")
        with self.assertRaisesRegex(SystemExit, "lacks exporter_country"):
            load_lists.convert(wrong, self.out)
        short = self.out / "short.csv"
        short.write_text(",".join(load_lists.COLUMNS) + "\na,b\n", encoding="utf-8")
        with self.assertRaisesRegex(SystemExit, r"short.csv:2: not as many fields"):
            load_lists.convert(short, self.out)

    @unittest.skipUnless(BIN, "needs the folder of the built programs")
    def test_assess_takes_the_result(self):
        load_lists.convert(SAMPLE, self.out)
        run = subprocess.run([BIN / "onward", "assess", "-f", self.out, "--all", "-o", "json"], capture_output=True,
                             text=True, check=False)
        self.assertIn(run.returncode, (0, 1), run.stderr)
        answer = json.loads(run.stdout)
        self.assertEqual({transfer["flow"] for transfer in answer["transfers"]},
                         {"shop--cloud-host", "shop--mailer", "shop--mailer-2", "mailer--cloud-host",
                          "mailer--zahler-co", "cloud-host--helper", "helper--mailer"})
        verdicts = {(t["flow"], t["destination"]): t["verdict"] for t in answer["transfers"]}
        # A stated claim of clauses is no agreement.
        self.assertEqual(verdicts["shop--cloud-host", "US"], "LACKING")
        self.assertEqual(verdicts["shop--mailer-2", "GLOBAL"], "UNDETERMINED")
        self.assertNotIn("COVERED", verdicts.values())

    def test_the_sample_has_the_columns_of_a_list(self):
        with open(SAMPLE, encoding="utf-8", newline="") as file:
            self.assertEqual(tuple(next(csv.reader(file))), load_lists.COLUMNS)


if __name__ == "__main__":
    unittest.main()
