#!/usr/bin/env python3
"""Check a release of Hài Lòng: nothing changed since it was signed, every figure follows.

    python3 verify_release.py hai-long_sipas-2026_dot-7.zip [--public-key HEX] [--receipt CODE]

Takes the ZIP or the folder it was unpacked into. Computes the SHA-256 of every file, the Merkle
root over them, the signature (with the package `cryptography`, if it is installed), and from the
published counts and sums every percent and interval anew; says what is equal and what differs.
With a receipt code, as thanks for a sheet showed it: whether it is among those of the release.
Exit status 0: all is equal; 1: something differs; 2: this is no release.

This one file needs Python 3.10 or newer and nothing else. The formulas are those of method.md.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import sys
import zipfile
from fractions import Fraction
from math import atan, cos, pi, sin, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Json = Mapping[str, Any]
    Row = Mapping[str, str]
    Read = Callable[[str], bytes]
    # Percent, lower and upper end, sheets or answers, missing.
    Figure = tuple["Fraction | None", "float | None", "float | None", "int | None", "int | None"]

FORMAT = "hai-long-release/1"
NORMAL = NormalDist().inv_cdf(0.975)
MOST_SHOWN = 20
WITH_ASIDE = "index_with_set_aside"

ROUNDING = Fraction(1, 100)
"""How far ends of intervals may be off whose variance is published with ten digits only."""

ALMOST = Fraction(1_000_001, 1_000_000)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("release", help="the ZIP of a release, or its folder", type=Path)
    parser.add_argument("--public-key", help="the key you trust, 64 hexadecimal digits")
    parser.add_argument("--receipt", help="a receipt code to look for, such as k7qf-2mxr-9twd")
    options = parser.parse_args(arguments)
    try:
        read = reader(options.release)
        manifest_bytes = read("manifest.json")
        manifest = json.loads(manifest_bytes)
        faults = [] if manifest["format"] == FORMAT else ["the release is of another format"]
        faults += changed_files(manifest, read)
        faults += bad_signature(manifest, manifest_bytes, read, options.public_key)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        print(f"This is no release that can be read: {error!r}")
        return 2
    for check in (
        wrong_receipts(manifest, read),
        missing_receipt(manifest, read, options.receipt),
        wrong_figures(manifest, read),
    ):
        try:
            faults += check
        except (OSError, KeyError, ValueError, ArithmeticError) as error:
            faults.append(f"not all could be checked: {error!r}")
    for fault in faults[:MOST_SHOWN]:
        print(f"DIFFERS  {fault}")
    if faults:
        print(f"{len(faults)} differences. Do not trust this copy.")
        return 1
    print("Everything is equal: no file changed, every published figure follows from the counts.")
    return 0


def reader(place: Path) -> Read:
    """Return a function from a path in the release to its bytes."""
    if place.is_dir():
        return lambda path: (place / path).read_bytes()
    with zipfile.ZipFile(place) as packed:
        contents = {name: packed.read(name) for name in packed.namelist()}
    return contents.__getitem__


# ---- files: hashes, tree, signature


def changed_files(manifest: Json, read: Read) -> Iterator[str]:
    leaves = []
    for file in manifest["files"]:
        try:
            content = read(file["path"])
        except (OSError, KeyError):
            yield f"{file['path']} is missing"
            continue
        digest = hashlib.sha256(content).hexdigest()
        if digest != file["sha256"]:
            yield f"{file['path']} is not the file that was published"
        leaves.append((file["path"], digest))
    if merkle_root(leaves) != manifest["merkle_root"]:
        yield "the Merkle root of the files is not the one in the manifest"


def merkle_root(leaves: Sequence[tuple[str, str]]) -> str:
    """Return the root over (path, SHA-256 in hexadecimal) in order, in hexadecimal.

    A leaf is SHA-256(0, path, 0, digest), a node SHA-256(1, left, right); a node without a
    neighbour goes up as it is.
    """
    return root_over(
        hashlib.sha256(b"\0" + path.encode() + b"\0" + bytes.fromhex(digest)).digest()
        for path, digest in leaves
    )


def root_over(hashes: Iterable[bytes]) -> str:
    row = list(hashes) or [b""]
    while len(row) > 1:
        pairs = [row[i : i + 2] for i in range(0, len(row), 2)]
        row = [
            hashlib.sha256(b"\1" + b"".join(pair)).digest() if len(pair) == 2 else pair[0]
            for pair in pairs
        ]
    return row[0].hex()


def bad_signature(
    manifest: Json, manifest_bytes: bytes, read: Read, trusted: str | None
) -> Iterator[str]:
    key = manifest["public_key"]
    if trusted and trusted.lower() != key:
        yield "the release was signed with another key than the one you trust"
    if not key:
        print("The release is not signed.")
        return
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        print("The signature was not checked: the package `cryptography` is not installed.")
        return
    signature = bytes.fromhex(read("manifest.sig").decode().strip())
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, manifest_bytes)
        print(f"Signed with {key}" + ("" if trusted else ": compare it with the key you trust."))
    except InvalidSignature:
        yield "the signature is not of this manifest"


# ---- receipts: lists of digests under a tree of their own


def wrong_receipts(manifest: Json, read: Read) -> Iterator[str]:
    facts = manifest.get("receipts")
    if not facts:
        return
    roots, seen = [], 0
    for number, published in enumerate(facts["lists"], start=1):
        digests = receipts_in(number, read)
        if digests != sorted(set(digests)) or len(digests) != published["count"]:
            yield f"list {number} of receipts is not in order or not whole"
        # A leaf is SHA-256(0, digest); nodes as of the files.
        leaves = [hashlib.sha256(b"\0" + bytes.fromhex(one)).digest() for one in digests]
        roots.append(root_over(leaves))
        if roots[-1] != published["root"]:
            yield f"list {number} of receipts is not the one that was published"
        seen += len(digests)
    if root_over(bytes.fromhex(root) for root in roots) != facts["root"]:
        yield "the root of the receipts is not the one in the manifest"
    print(f"{seen} receipts in {len(roots)} lists, with the decoys among them.")


def missing_receipt(manifest: Json, read: Read, code: str | None) -> Iterator[str]:
    if code is None:
        return
    letters = "".join(letter for letter in code.lower() if letter.isalnum())
    written = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    digest = hashlib.sha256(f"hai-long:{written}".encode()).hexdigest()
    lists = (manifest.get("receipts") or {"lists": ()})["lists"]
    for number in range(1, len(lists) + 1):
        if digest in receipts_in(number, read):
            print(f"The receipt {written} is in list {number}, as {digest}.")
            return
    yield f"the receipt {written} is in no list ({digest}): typed wrong, or not yet listed"


def receipts_in(number: int, read: Read) -> list[str]:
    return read(f"receipts/{number:04}.txt").decode().split()


# ---- figures: from counts and sums


def wrong_figures(manifest: Json, read: Read) -> Iterator[str]:
    scoring = json.loads(read("release.json"))["scoring"]
    paths = {file["path"] for file in manifest["files"]}
    survey = Survey(read, paths, scoring) if scoring.get("unit_weights") == "DESIGN" else None
    summed = ["index", *(factor["code"] for factor in scoring["factors"])]
    near = {name + end: ROUNDING for name in summed for end in (".low", ".high")}
    checked = without = 0
    for path in sorted(paths):
        for row, part, expected in recomputed(path, read, scoring, survey):
            without += not any(name in expected for name in ("index", WITH_ASIDE))
            for column, value in expected.items():
                checked += 1
                if not same(row[column], value, within=near.get(column)):
                    where = " ".join(one for one in part if one != "0")
                    yield f"{where}, {column}: {row[column]} published, {value} computed"
    print(f"{checked} figures computed anew.")
    if without:
        print(
            f"Of {without} rows index and factors could not be: some of their counts are withheld."
        )


def recomputed(
    path: str, read: Read, scoring: Json, survey: Survey | None
) -> Iterator[tuple[Row, tuple[str, ...], dict[str, str]]]:
    """Yield the rows of a table of figures, what each is of, and what its figures must be."""
    folder, _, name = path.partition("/")
    if folder == "segments":
        for row in rows_of(read(path)):
            yield row, segment_of(row), summed_figures(row, scoring)
    if folder not in {"figures", "set_aside"}:
        return
    counted = {slice_of(row): row for row in rows_of(read(f"counts/{name}"))}
    for row in rows_of(read(path)):
        if folder == "figures":
            part = slice_of(row)
            yield row, part, figures(counted[part], scoring, survey)
        else:
            own = counted[row["unit_code"], "0", "0"]
            yield row, (row["unit_code"], "set aside"), with_aside(row, own, scoring)


def same(published: str, computed: str, *, within: Fraction | None) -> bool:
    if within is None or not published or not computed:
        return published == computed
    return abs(Fraction(published) - Fraction(computed)) <= within


def rows_of(content: bytes) -> Iterable[Row]:
    return csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))


def slice_of(row: Row) -> tuple[str, str, str]:
    return row["unit_code"], row["period"], row["channel"]


def segment_of(row: Row) -> tuple[str, str, str]:
    return row["unit_code"], row["question"], row["option"]


def summed_figures(row: Row, scoring: Json) -> dict[str, str]:
    """Return index and factors of a segment; nothing of one that a factor is withheld of."""
    found: dict[str, str] = {}
    if row["z0"]:
        put_indexes(found, row, scoring, int(row["n"]))
    return found


def with_aside(row: Row, own: Row, scoring: Json) -> dict[str, str]:
    """Return the index of a unit's sheets and of those set aside; nothing without their sums."""
    factors, weights = scoring["factors"], weights_of(scoring)
    share = scoring["item_rule"] == "TOP2"
    y, scale = (1, 1) if share else (2, scoring["denominator"])
    names = ["index"] if weights is None else [factor["code"] for factor in factors]
    if not row[WITH_ASIDE]:
        return {WITH_ASIDE: ""}
    if not own["z0"] or not all(row[f"{name}.valid"] for name in names):
        return {}
    z = [int(own[f"z{i}"]) for i in range(3 * len(factors))]
    ratio = Fraction(0)
    for number, name in enumerate(names):
        of = z if weights is None else z[3 * number : 3 * number + 3]
        valid = sum(of[::3]) + int(row[f"{name}.valid"])
        scored = sum(of[y::3]) + int(row[f"{name}.scored"])
        ratio += (1 if weights is None else weights[number]) * Fraction(scored, scale * valid)
    return {WITH_ASIDE: written(interval(ratio, None, 0, scoring)[0])}


def weights_of(scoring: Json) -> list[Fraction] | None:
    """Return the weights of the factors; None where all their answers are pooled."""
    if scoring["aggregation"] != "WEIGHTED":
        return None
    return [Fraction(factor["weight"]) for factor in scoring["factors"]]


def figures(row: Row, scoring: Json, survey: Survey | None = None) -> dict[str, str]:
    """Return every published figure of a row of counts, written as it is published."""
    n = int(row["n"])
    factors = scoring["factors"]
    found: dict[str, str] = {}
    if survey and survey.weighs(row["unit_code"]):
        survey.put_indexes(found, slice_of(row))
    # Where answers are withheld the sums are, too: index and factors cannot be computed.
    elif row["z0"]:
        put_indexes(found, row, scoring, n)
    for factor in factors:
        for criterion in factor["criteria"]:
            put(found, criterion["code"], of_criterion(row, criterion, scoring))
    for question in scoring["questions"]:
        code = question["code"]
        for option in range(1, question["options"] + 1):
            chosen, base = row[f"{code}={option}"], row[f"{code}.n"]
            share = Fraction(100 * int(chosen), int(base)) if chosen and int(base) else None
            found[f"{code}={option}"] = "" if share is None else written(share)
    return found


def put_indexes(found: dict[str, str], row: Row, scoring: Json, n: int) -> None:
    factors = scoring["factors"]
    sums = Sums(row, len(factors))
    put(found, "index", sums.figure(scoring, weights_of(scoring), variance_of(row, "index"), n))
    for number, factor in enumerate(factors):
        only = [Fraction(number == other) for other in range(len(factors))]
        variance = variance_of(row, factor["code"])
        figure = sums.figure(scoring, only, variance, n, sums.answered[number])
        put(found, factor["code"], figure)


def variance_of(row: Row, name: str) -> Fraction | None:
    """Return a figure's variance as published; None where it is unknown."""
    return Fraction(row[f"{name}.v"]) if row[f"{name}.v"] else None


def put(found: dict[str, str], name: str, figure: Figure) -> None:
    for ending, value in zip(("", ".low", ".high", ".n", ".missing"), figure, strict=True):
        whole = isinstance(value, int)
        found[name + ending] = "" if value is None else str(value) if whole else written(value)


class Sums:
    """Σz of z = (M, K, P) per factor over sheets, and how many sheets have an answer."""

    def __init__(self, row: Row, factors: int) -> None:
        self.z = [int(row[f"z{i}"]) for i in range(3 * factors)]
        self.answered = [int(row[f"answered{i}"]) for i in range(factors)]
        self.answered_any = int(row["answered"])

    def figure(
        self,
        scoring: Json,
        weights: list[Fraction] | None,
        variance: Fraction | None,
        sheets: int,
        n: int | None = None,
    ) -> Figure:
        """Return percent, ends of the interval, n and missing; without weights all is pooled."""
        n = self.answered_any if n is None else n
        share = scoring["item_rule"] == "TOP2"
        y, scale = (1, 1) if share else (2, scoring["denominator"])
        numbers = range(len(self.answered))
        groups = [list(numbers)] if weights is None else [[f] for f in numbers]
        weights = [Fraction(1)] if weights is None else weights
        ratio = Fraction(0)
        for weight, group in zip(weights, groups, strict=True):
            if weight:
                valid = sum(self.z[3 * f] for f in group)
                if not valid:
                    return None, None, None, n, sheets - n
                got = Fraction(sum(self.z[3 * f + y] for f in group), scale)
                ratio += weight * got / valid
        # Where it says no more than so many single answers it was not estimated.
        freedom = 0 if variance and ratio * (1 - ratio) <= n * variance * ALMOST else n - 1
        return (*interval(ratio, variance, n, scoring, freedom), n, sheets - n)


class Survey:
    """A sample survey: units above planned ones are these weighted by people (method.md, 10)."""

    def __init__(self, read: Read, paths: Iterable[str], scoring: Json) -> None:
        self.scoring = scoring
        self.plan = {row["unit_code"]: row for row in rows_of(read("plan.csv"))}
        self.counted = {
            slice_of(row): row
            for path in paths
            if path.startswith("counts/")
            for row in rows_of(read(path))
        }
        parents = {row["code"]: row["parent_code"] for row in rows_of(read("units.csv"))}
        self.below: dict[str, list[str]] = {}
        for code in self.plan:
            above = parents[code]
            while above:
                self.below.setdefault(above, []).append(code)
                above = parents[above]

    def weighs(self, code: str) -> bool:
        return code in self.below

    def put_indexes(self, found: dict[str, str], part: tuple[str, str, str]) -> None:
        code, period, channel = part
        rows = [self.counted.get((below, period, channel)) for below in self.below[code]]
        shown = [row for row in rows if row]
        own = self.counted[part]
        if not all(row["z0"] for row in [own, *shown]):
            return
        factors = self.scoring["factors"]
        units = [(row, Sums(row, len(factors))) for row in shown]
        everything = [(Fraction(1), list(range(len(factors))))]
        if self.scoring["aggregation"] == "WEIGHTED":
            everything = [(Fraction(f["weight"]), [at]) for at, f in enumerate(factors)]
        answered = [sums.answered_any for _row, sums in units]
        put(found, "index", self.figure(units, everything, answered, variance_of(own, "index")))
        for at, factor in enumerate(factors):
            answered = [sums.answered[at] for _row, sums in units]
            variance = variance_of(own, factor["code"])
            figure = self.figure(units, [(Fraction(1), [at])], answered, variance)
            put(found, factor["code"], figure)

    def figure(
        self,
        units: list[tuple[Row, Sums]],
        groups: list[tuple[Fraction, list[int]]],
        answered: list[int],
        variance: Fraction | None,
    ) -> Figure:
        n = sum(answered)
        missing = sum(int(row["n"]) for row, _sums in units) - n
        share = self.scoring["item_rule"] == "TOP2"
        y, scale = (1, 1) if share else (2, self.scoring["denominator"])
        weights = [Fraction(self.people(row), int(row["n"])) for row, _sums in units]
        ratio = Fraction(0)
        for weight, group in groups:
            valid = got = Fraction(0)
            for w, (_row, sums) in zip(weights, units, strict=True):
                valid += w * sum(sums.z[3 * f] for f in group)
                got += w * Fraction(sum(sums.z[3 * f + y] for f in group), scale)
            if not valid:
                return None, None, None, n, missing
            ratio += weight * got / valid
        freedom = self.freedom([row for row, _sums in units])
        sizes = [w * a for w, a in zip(weights, answered, strict=True)]
        squares = [w * w * a for w, a in zip(weights, answered, strict=True)]
        size = Fraction(sum(sizes) ** 2, sum(squares))
        return (*interval(ratio, variance, size, self.scoring, freedom), n, missing)

    def people(self, row: Row) -> int:
        return int(self.plan[row["unit_code"]]["people"])

    def freedom(self, rows: list[Row]) -> int:
        """Return Student's degrees of freedom: of units where some were drawn, else of sheets."""
        strata: dict[tuple[str, str], int] = {}
        sheets = 0
        for row in rows:
            plan = self.plan[row["unit_code"]]
            if plan["stratum"]:
                key = plan["within"], plan["stratum"]
                strata[key] = strata.get(key, 0) + 1
            else:
                sheets += int(row["n"]) - 1
        several = [n for n in strata.values() if n > 1]
        alone = len(strata) - len(several)
        # Strata of one unit are put together; a single one joins the smallest other.
        if alone == 1 and several:
            return sum(several) + 1 - len(several)
        groups = len(several) + (alone > 0)
        return sum(several) + alone - groups if strata else sheets


def of_criterion(row: Row, criterion: Json, scoring: Json) -> Figure:
    code, points = criterion["code"], criterion["points"]
    if row[f"{code}=1"] == "":
        return None, None, None, None, None
    counts = [int(row[f"{code}={level}"]) for level in range(1, len(points) + 1)]
    n, missing = sum(counts), int(row[f"{code}.missing"])
    if not n:
        return None, None, None, 0, missing
    if scoring["item_rule"] == "TOP2":
        ratio = Fraction(sum(counts[level - 1] for level in criterion["satisfied"]), n)
        low, high = wilson(ratio, n, NORMAL)
        return 100 * ratio, 100 * low, 100 * high, n, missing
    scores = [Fraction(p - points[0], points[-1] - points[0]) for p in points]
    ratio = sum((c * score for c, score in zip(counts, scores, strict=True)), Fraction(0)) / n
    squares = sum(
        (c * (score - ratio) ** 2 for c, score in zip(counts, scores, strict=True)), Fraction(0)
    )
    variance = Fraction(n, n - 1) * squares / n**2 if n > 1 else None
    return (*interval(ratio, variance, n, scoring), n, missing)


def interval(
    ratio: Fraction,
    variance: Fraction | None,
    n: int | Fraction,
    scoring: Json,
    freedom: int | None = None,
) -> tuple[Fraction, float | None, float | None]:
    """Return the percent and the ends of its interval."""
    floor = Fraction(scoring["floor"]) if scoring["item_rule"] == "MEAN5" else Fraction(0)
    percent = 100 * (floor + (1 - floor) * ratio)
    if variance is None:
        return percent, None, None
    if variance == 0:
        ends = wilson(ratio, n, NORMAL)
    else:
        size = ratio * (1 - ratio) / variance
        if scoring["item_rule"] == "TOP2":  # a sheet is at most so many answers
            size = min(size, Fraction(2 * n * max(n, 100), 100))
        freedom = int(n) - 1 if freedom is None else freedom
        ends = wilson(ratio, size, student_t(freedom) if freedom else NORMAL)
    low, high = (
        min(100.0, max(0.0, 100 * (float(floor) + (1 - float(floor)) * end))) for end in ends
    )
    return percent, low, high


def wilson(ratio: Fraction, sample: Fraction | int, quantile: float) -> tuple[float, float]:
    p, size, square = float(ratio), float(sample), quantile * quantile
    middle = p + square / (2 * size)
    reach = quantile * sqrt(p * (1 - p) / size + square / (4 * size * size))
    low = 0.0 if ratio == 0 else max(0.0, (middle - reach) / (1 + square / size))
    high = 1.0 if ratio == 1 else min(1.0, (middle + reach) / (1 + square / size))
    return low, high


_quantiles: dict[int, float] = {}


def student_t(freedom: int) -> float:
    """Return the two-sided 95 % quantile (Abramowitz & Stegun 26.7.3 to 26.7.5)."""
    if freedom not in _quantiles:
        _quantiles[freedom] = expansion(freedom) if freedom >= 100 else bisection(freedom)
    return _quantiles[freedom]


def bisection(freedom: int) -> float:
    low, high = NORMAL, 13.0
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if within(middle, freedom) < 0.95 else (low, middle)
    return (low + high) / 2


def within(t: float, freedom: int) -> float:
    angle = atan(t / sqrt(freedom))
    odd = freedom % 2
    term, total = (cos(angle), 0.0) if odd else (1.0, 0.0)
    for step in range(1, freedom - odd, 2):
        total += term
        term *= cos(angle) ** 2 * ((step + 1) / (step + 2) if odd else step / (step + 1))
    return 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total


def expansion(v: int) -> float:
    z = NORMAL
    return (
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * v**4)
    )


def written(value: Fraction | float) -> str:
    """Return a value with two decimals, halves up."""
    hundredths = Fraction(value) * 100
    whole = (2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator)
    return f"{whole // 100}.{whole % 100:02}"


if __name__ == "__main__":
    sys.exit(main())
