#!/usr/bin/env python3
"""Published sub-processor lists, as one CSV file, to manifests: load_lists.py LISTS.csv FOLDER [--seats SEATS.csv]

Columns: exporter, exporter_country, importer, importer_entity, importer_country, locations, purpose,
data_categories, mechanism, source, retrieved_version; UTF-8, a header line first. Empty means that the source does
not say. Each row becomes one flow, each name one party.

Nothing is guessed:
- A place that is not stated stays unrecorded. One that is stated but names no country, EU or EEA, or that cannot
  be read, is GLOBAL (not determinable), and the words are kept in a label.
- A party whose rows name different countries gets none.
- With --seats (columns name, hq_country, source), a party without a country gets that of the row of its name.
- Roles are not stated, so none is recorded.
- Data categories are in each publisher's own words. The words are kept in a label and the flow hands on
  ALL_RECEIVED: a narrower reading could hide a recipient.
- A mechanism is a claim: a label, never an agreement.
- Rows that name a registry as exporter, and rows from a party to itself, are left out and counted.
"""
import argparse
import csv
import json
import pathlib
import re
import sys
import unicodedata

COLUMNS = ("exporter", "exporter_country", "importer", "importer_entity", "importer_country", "locations", "purpose",
           "data_categories", "mechanism", "source", "retrieved_version")
ID_LENGTH_MAX = 128

COUNTRIES = """
AE United Arab Emirates|AR Argentina|AT Austria|AU Australia|BE Belgium|BG Bulgaria|BR Brazil|CA Canada|CH Switzerland
CL Chile|CN China|CO Colombia|CR Costa Rica|CY Cyprus|CZ Czechia|CZ Czech Republic|DE Germany|DK Denmark|EE Estonia
EG Egypt|ES Spain|FI Finland|FR France|GB United Kingdom|GB UK|GR Greece|HK Hong Kong|HR Croatia|HU Hungary
ID Indonesia|IE Ireland|IL Israel|IN India|IS Iceland|IT Italy|JP Japan|KE Kenya|KR South Korea|LI Liechtenstein
LT Lithuania|LU Luxembourg|LV Latvia|MA Morocco|MT Malta|MX Mexico|MY Malaysia|NG Nigeria|NL Netherlands
NL The Netherlands|NO Norway|NZ New Zealand|PE Peru|PH Philippines|PL Poland|PT Portugal|RO Romania|RS Serbia
RU Russia|SA Saudi Arabia|SE Sweden|SG Singapore|SI Slovenia|SK Slovakia|TH Thailand|TN Tunisia|TR Turkey|TW Taiwan
UA Ukraine|US United States|US United States of America|US USA|US États-Unis|UY Uruguay|VN Vietnam|ZA South Africa
EU European Union|EEA European Economic Area|GLOBAL Worldwide|GLOBAL Global
"""
PLACES = {}
for entry in re.split(r"[|\n]", COUNTRIES.strip()):
    code, name = entry.split(" ", 1)
    PLACES[name.casefold()] = code
    PLACES[code.casefold()] = code
REGIONS = ("EU", "EEA", "GLOBAL")


def place_of(text):
    """A code, or None where the words are no place that is known here."""
    return PLACES.get(re.sub(r"\([^)]*\)\s*$", "", text).strip().casefold())


def places_of(cell):
    """(codes in order, whether all of the cell was read)."""
    parts = [part for part in re.split(r"[,;]|\band\b", re.sub(r"\([^)]*\)", "", cell)) if part.strip()]
    codes = [place_of(part) for part in parts]
    read = all(codes) and bool(codes)
    known = list(dict.fromkeys(code for code in codes if code))
    if not read and "GLOBAL" not in known:
        known.append("GLOBAL")
    return known, read


def slug(name):
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "party"


def unique_ids(names, length=ID_LENGTH_MAX):
    """name -> id. Names that would get one id are told apart by a number, in order of name."""
    ids, taken = {}, set()
    for name in sorted(names):
        base = slug(name)[:length].strip("-")
        candidate, number = base, 1
        while candidate in taken:
            number += 1
            candidate = f"{base[:length - 8]}-{number}"
        taken.add(candidate)
        ids[name] = candidate
    return ids


def read_rows(path):
    """Rows of disclosures and how many of each kind were left out. SystemExit: the file is no such list."""
    left_out = {"registry": 0, "to itself": 0}
    rows = []
    with open(path, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            sys.exit(f"{path}: the header line lacks {', '.join(missing)}")
        for row in reader:
            if None in row or None in row.values():
                sys.exit(f"{path}:{reader.line_num}: not as many fields as the header line has")
            row = {name: row[name].strip() for name in COLUMNS}
            if not row["exporter"] or not row["importer"]:
                sys.exit(f"{path}:{reader.line_num}: exporter and importer are required")
            if "(registry)" in row["exporter"]:
                left_out["registry"] += 1
            elif row["exporter"] == row["importer"]:
                left_out["to itself"] += 1
            else:
                rows.append(row)
    return rows, left_out


def seats_of(rows):
    """name -> set of country codes that its rows name; words that name no country count as none."""
    seats = {}
    for row in rows:
        for side in ("exporter", "importer"):
            code = place_of(row[f"{side}_country"]) if row[f"{side}_country"] else None
            seats.setdefault(row[side], set()).update({code} if code and code not in REGIONS else ())
    return seats


def text(value):
    """A YAML string: JSON's are."""
    return json.dumps(value, ensure_ascii=False)


def source_of(row):
    lines = ["sources:", f"  - document: {text(row['source'] or 'not stated')}"]
    if row["retrieved_version"]:
        lines.append(f"    section: {text('version ' + row['retrieved_version'])}")
    return lines + ["    grade: PUBLISHED"]


def read_seats(path):
    """name, case folded -> (country code, source); names on two rows with different countries are left out."""
    seats = {}
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code, name = place_of(row["hq_country"] or ""), row["name"].strip().casefold()
            if code and code not in REGIONS:
                seats[name] = (code, row["source"]) if seats.get(name, (code,))[0] == code else None
    return {name: seat for name, seat in seats.items() if seat}


def party_document(name, party_id, seats, looked_up):
    lines = ["kind: Party", f"id: {party_id}", f"displayName: {text(name)}"]
    if not seats and looked_up:
        return "\n".join(lines + [f"establishment: {looked_up[0]}"] +
                         source_of({"source": looked_up[1], "retrieved_version": ""})) + "\n"
    if len(seats) == 1:
        lines.append(f"establishment: {next(iter(seats))}")
    elif seats:
        lines += ["labels:", f"  establishment: {text('sources differ: ' + ', '.join(sorted(seats)))}"]
    return "\n".join(lines) + "\n"


def flow_document(row, flow_id, ids):
    lines = ["kind: Flow", f"id: {flow_id}", f"exporter: {ids[row['exporter']]}", f"importer: {ids[row['importer']]}",
             "dataCategories: [ALL_RECEIVED]"]
    if row["purpose"]:
        lines.append(f"purposes: [{text(row['purpose'])}]")
    labels = {"published-as": row["importer_entity"], "categories": row["data_categories"],
              "stated-mechanism": row["mechanism"]}
    if row["locations"]:
        codes, read = places_of(row["locations"])
        lines.append("sites:")
        lines += [f"  - country: {code}" for code in codes]
        labels["place" if read else "place-not-read"] = row["locations"]
    labels = {key: value for key, value in labels.items() if value}
    if labels:
        lines += ["labels:"] + [f"  {key}: {text(value)}" for key, value in labels.items()]
    return "\n".join(lines + source_of(row)) + "\n"


def flow_ids(rows, ids):
    """An id a row: exporter--importer, with a number where a pair has several rows."""
    seen, taken, out = {}, set(), []
    for row in rows:
        half = (ID_LENGTH_MAX - 10) // 2
        base = f"{ids[row['exporter']][:half].strip('-')}--{ids[row['importer']][:half].strip('-')}"
        seen[base] = seen.get(base, 0) + 1
        flow_id = base if seen[base] == 1 else f"{base}-{seen[base]}"
        while flow_id in taken:
            seen[base] += 1
            flow_id = f"{base}-{seen[base]}"
        taken.add(flow_id)
        out.append(flow_id)
    return out


def convert(path, folder, seats_path=None):
    """Writes the manifests; returns what was read, to be printed."""
    rows, left_out = read_rows(path)
    looked_up = read_seats(seats_path) if seats_path else {}
    seats = seats_of(rows)
    ids = unique_ids(seats)
    folder.mkdir(parents=True, exist_ok=True)
    parties = [party_document(name, ids[name], seats[name], looked_up.get(name.casefold())) for name in sorted(seats)]
    flows = [flow_document(row, flow_id, ids) for row, flow_id in zip(rows, flow_ids(rows, ids))]
    (folder / "parties.yaml").write_text("---\n".join(parties), encoding="utf-8")
    (folder / "flows.yaml").write_text("---\n".join(flows), encoding="utf-8")
    located = [row for row in rows if row["locations"]]
    return {
        "rows": len(rows), "rows left out (registry)": left_out["registry"],
        "rows left out (to itself)": left_out["to itself"], "parties": len(parties), "flows": len(flows),
        "pairs": len({(row["exporter"], row["importer"]) for row in rows}),
        "parties with a country": sum(len(codes) == 1 for codes in seats.values()),
        "parties with a country from --seats": sum(not codes and name.casefold() in looked_up
                                                   for name, codes in seats.items()),
        "parties whose sources differ": sum(len(codes) > 1 for codes in seats.values()),
        "flows with a place": len(located),
        "flows with a place that was not read whole": sum(not places_of(row["locations"])[1] for row in located),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", help="the CSV file")
    parser.add_argument("folder", type=pathlib.Path, help="where parties.yaml and flows.yaml go")
    parser.add_argument("--seats", help="a CSV file with names and countries of headquarters")
    arguments = parser.parse_args()
    for name, count in convert(arguments.lists, arguments.folder, arguments.seats).items():
        print(f"{count:6}  {name}")


if __name__ == "__main__":
    main()
