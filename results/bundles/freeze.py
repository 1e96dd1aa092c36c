"""Freezing a release: its figures with all they follow from, signed and stored.

Bundles hold no more than the pages show, made of the same rows, and what the figures follow from.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from results.arithmetic.scoring import scoring_of
from results.bundles import microdata, receipt_lists, released_sheets
from results.bundles.aside_table import aside_table
from results.bundles.columns import count_columns, figure_columns, table
from results.bundles.manifest import manifest_of, merkle_root, public_key_of, sha256, signature_of
from results.bundles.plan_table import plan_table
from results.bundles.segment_table import segment_table
from results.bundles.sheet_values import microdata_file
from results.bundles.slices import slices_of
from results.models import Blob, Bundle, BundleFile, Release
from results.reading.snapshot import snapshot
from surveys.counters import receipts
from surveys.models import Campaign, CampaignUnit, Tier

HERE = Path(__file__).resolve().parent
VERIFIER = "verify_release.py"
RULES = ("method.md", "disclosure.md")
FACTS = "release.json"
# The modules that decide what a figure is; their hash says which code made a release.
ARITHMETIC = (
    "reading/figures.py",
    *(
        f"arithmetic/{name}.py"
        for name in ("figure", "indices", "intervals", "spread", "sums", "scoring", "weighting")
    ),
    *("counting/moments.py", "releasing/disclosure.py", "releasing/leaving_rules.py"),
)


def freeze_newest(campaign: Campaign) -> Bundle | None:
    """Freeze the newest release of a campaign; None when there is none or it is frozen already."""
    if _newest_not_frozen(campaign) is None:
        return None
    if campaign.receipts:
        # Should freezing fail, the lists wait for the next release.
        is_last = Release.objects.filter(campaign=campaign, final=True).exists()
        receipts.list_new(campaign, everything=is_last)
    with snapshot():
        release = _newest_not_frozen(campaign)
        if release is None:
            return None
        files = files_of(release)
    facts = {name: fact for name, fact in json.loads(files[FACTS]).items() if name != "scoring"}
    manifest = manifest_of(facts, files, public_key_of(settings.SIGNING_KEY))
    return _store(release, manifest, files)


def _newest_not_frozen(campaign: Campaign) -> Release | None:
    release = Release.objects.filter(campaign=campaign).order_by("-number").first()
    if release is None or Bundle.objects.filter(release=release).exists():
        return None
    # The same object, so that reading its method or edition asks the database nothing.
    release.campaign = campaign
    return release


def _store(release: Release, manifest: bytes, files: Mapping[str, bytes]) -> Bundle | None:
    hashes = {path: sha256(content) for path, content in files.items()}
    with transaction.atomic():
        # Whoever freezes the same release at the same time waits here, and finds it done.
        Release.objects.select_for_update(no_key=True).get(pk=release.pk)
        if Bundle.objects.filter(release=release).exists():
            return None
        Blob.objects.bulk_create(
            [Blob(sha256=hashes[path], content=content) for path, content in files.items()],
            ignore_conflicts=True,
        )
        bundle = Bundle.objects.create(
            release=release,
            manifest=manifest,
            signature=signature_of(manifest, settings.SIGNING_KEY),
            merkle_root=merkle_root(sorted(hashes.items())),
        )
        BundleFile.objects.bulk_create(
            BundleFile(bundle=bundle, path=path, blob_id=hashes[path], size=len(content))
            for path, content in files.items()
        )
    return bundle


def files_of(release: Release) -> dict[str, bytes]:
    """Return the files of the newest release of a campaign, by path; run it in a snapshot."""
    campaign = release.campaign
    edition = campaign.questionnaire.parsed()
    lists = receipts.lists_of(campaign) if campaign.receipts else []
    facts = {**_facts(release), "receipts": receipt_lists.facts_of(lists)}
    files = {
        FACTS: _json({**facts, "scoring": _scoring(campaign)}),
        "edition.json": _json(campaign.questionnaire.definition),
        "method.json": _json(campaign.method.definition),
        "units.csv": _units(campaign),
        **{name: (settings.BASE_DIR / "docs" / name).read_bytes() for name in RULES},
        VERIFIER: (HERE / VERIFIER).read_bytes(),
        "README.md": (HERE / "readme.md").read_bytes(),
        **receipt_lists.files_of(lists),
    }
    if plan := plan_table(campaign):
        files["plan.csv"] = plan
    chunks = CampaignUnit.objects.filter(campaign=campaign, chunk=F("unit")).order_by("code")
    for chunk in chunks:
        found = list(slices_of(campaign, chunk.unit_id))
        if found:
            shown, counted = [one.figures for one in found], [one.counts for one in found]
            files[f"figures/{chunk.code}.csv"] = table(shown, figure_columns(edition))
            files[f"counts/{chunk.code}.csv"] = table(counted, count_columns(edition))
        if aside := aside_table(campaign, chunk.unit_id):
            files[f"set_aside/{chunk.code}.csv"] = aside
        if segments := segment_table(campaign, chunk):
            files[f"segments/{chunk.code}.csv"] = segments
        if release.final and chunk.tier == Tier.PROVINCE:
            files |= _microdata(campaign, chunk)
    return files


def _facts(release: Release) -> dict[str, object]:
    campaign = release.campaign
    return {
        "campaign": campaign.slug,
        "title": campaign.title,
        "simulated": campaign.simulated,
        "release": release.number,
        "released_at": release.released_at.isoformat(timespec="seconds"),
        "reason": release.reason,
        "final": release.final,
        "questionnaire": str(campaign.questionnaire),
        "method": campaign.method.code,
        "threshold": campaign.threshold,
        "channels": campaign.channels,
        "publication": campaign.publication,
        "opens_on": campaign.opens_on.isoformat(),
        "closes_on": campaign.closes_on.isoformat(),
        "tree_day": campaign.tree_day.isoformat(),
        "code": _code(),
    }


def _code() -> dict[str, str]:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    sources = hashlib.sha256()
    for name in ARITHMETIC:
        sources.update((HERE.parent / name).read_bytes())
    return {"version": project["project"]["version"], "arithmetic_sha256": sources.hexdigest()}


def _scoring(campaign: Campaign) -> dict[str, object]:
    """Return the method and the edition as far as figures follow from them, in plain numbers."""
    method, edition = campaign.method.parsed(), campaign.questionnaire.parsed()
    scoring = scoring_of(method, edition)
    return {
        "item_rule": method.item_rule,
        "aggregation": method.aggregation,
        "unit_weights": method.unit_weights,
        "denominator": scoring.denominator,
        "floor": str(scoring.floor),
        "factors": [
            {
                "code": section.code,
                "weight": str(method.weights.get(section.code, "")),
                "criteria": [
                    {
                        "code": question.code,
                        "points": [option.worth for option in question.options],
                        "satisfied": sorted(method.satisfied.get(question.scale or "", ())),
                    }
                    for question in section.criteria
                ],
            }
            for section in edition.factors
        ],
        "questions": [
            {"code": question.code, "options": len(question.options)}
            for section in edition.sections
            if section.kind in {"facts", "expectations"}
            for question in section.questions
            if question.kind != "text"
        ],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def _units(campaign: Campaign) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(["code", "parent_code", "tier", "name", "full_name"])
    rows = list(
        CampaignUnit.objects.filter(campaign=campaign)
        .order_by("code")
        .values_list("unit_id", "parent_id", "code", "tier", "version__name", "version__full_name")
    )
    codes = {row[0]: row[2] for row in rows}
    writer.writerows([row[2], codes.get(row[1], ""), *row[3:]] for row in rows)
    return buffer.getvalue().encode()


def _microdata(campaign: Campaign, chunk: CampaignUnit) -> dict[str, bytes]:
    released = released_sheets.released_units(campaign, chunk.unit_id)
    sheets = microdata.coarse_enough(
        list(released_sheets.sheets_of(campaign, released)), campaign.threshold
    )
    if not sheets:
        return {}
    texts = [sheet.text for sheet in sheets]
    content = microdata_file(campaign.questionnaire.parsed(), chunk.code, texts)
    return {f"microdata/{chunk.code}.csv": content}
