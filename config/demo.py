"""The demo: real units, made-up campaigns, and what to open first. Loading again adds nothing."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date
from pathlib import Path

import yaml
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils.translation import gettext as _

from results.published_import import load_published_indices
from surveys import commitments
from surveys.bulk.simulation import NothingToSimulate, simulate
from surveys.campaigns.campaign_import import load_campaign
from surveys.models import (
    Campaign,
    CampaignUnit,
    Commitment,
    Counter,
    Response,
    UnitVersion,
)
from surveys.oversight.audit import Actor
from surveys.questionnaires.definition_import import load_method, load_questionnaire

DATA = Path(__file__).resolve().parent.parent / "surveys" / "data"
# Slug and number of simulated sheets, in the order the campaigns refer to each other.
CAMPAIGNS = (("mo-phong-2024", 6_000), ("mo-phong-2026", 12_000), ("dung-thu", 0))
SEED = 2026
USER = "admin"
# Signs in nowhere: an account that the made-up commitments can name.
LEADER = "lanh-dao"


class NotADemo(Exception):
    """The database holds a real campaign; the demo would stand among real figures."""


def load_demo(*, today: date, say: Callable[[str], None]) -> None:
    """Store what the demo shows: units, forms, methods, published figures, campaigns, counters.

    Args:
        today: sheets are simulated up to this day.
        say: called with a line for each step.

    Raises:
        NotADemo: there is a campaign that is not simulated.
    """
    if Campaign.objects.filter(simulated=False).exists():
        raise NotADemo
    opened = Campaign.objects.filter(answers_pattern__isnull=False)
    if opened.filter(slug__in=dict(CAMPAIGNS)).count() < len(CAMPAIGNS):
        # Once the campaigns stand on them nothing of this changes any more.
        call_command("load_units", verbosity=0)
        for path in sorted((DATA / "questionnaires").glob("*.yaml")):
            load_questionnaire(path)
        for path in sorted((DATA / "methods").glob("*.yaml")):
            load_method(path)
    say(_("Units, questionnaires and methods are loaded."))
    figures = load_published_indices()
    say(
        _("%(figures)d published figures, each with its source.")
        % {"figures": figures.new + figures.changed + figures.unchanged}
    )
    for slug, sheets in CAMPAIGNS:
        # One that is open stays as it is: its file may say more by now than it did then.
        campaign = opened.filter(slug=slug).first() or _loaded(slug)
        say(_line(campaign, _simulated(campaign, sheets, today)))
    say(_("%(counters)d counters to answer at.") % {"counters": len(load_counters())})
    load_commitments()


def _loaded(slug: str) -> Campaign:
    campaign, _outcome = load_campaign(DATA / "demo" / f"{slug}.yaml")
    return campaign


def _simulated(campaign: Campaign, sheets: int, today: date) -> int:
    """Simulate a campaign's sheets unless they are there; return how many it has."""
    stored = Response.objects.filter(campaign=campaign).count()
    if stored < sheets:
        try:
            return stored + simulate(campaign, sheets, SEED, today=today)
        except NothingToSimulate:
            # The clock stands before the campaign's first day.
            return stored
    return stored


def _line(campaign: Campaign, sheets: int) -> str:
    return _("%(slug)s: %(title)s, %(sheets)d sheets.") % {
        "slug": campaign.slug,
        "title": campaign.title_text,
        "sheets": sheets,
    }


def load_counters(path: Path = DATA / "demo" / "counters.yaml") -> list[str]:
    """Store the counters of a file and return their codes; a counter that is there stays."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    units = dict(
        UnitVersion.objects.in_force_on(data["day"])
        .filter(unit__code__in=[counter["unit"] for counter in data["counters"]])
        .values_list("unit__code", "unit_id")
    )
    Counter.objects.bulk_create(
        [
            Counter(code=counter["code"], unit_id=units[counter["unit"]], name=counter["name"])
            for counter in data["counters"]
        ],
        ignore_conflicts=True,
    )
    return [counter["code"] for counter in data["counters"]]


def load_commitments(path: Path = DATA / "demo" / "commitments.yaml") -> None:
    """Store the commitments of a file; one that is there stays."""
    leader, _made = get_user_model().objects.get_or_create(
        username=LEADER, defaults={"is_active": False}
    )
    by = Actor(leader, LEADER)
    for said in yaml.safe_load(path.read_text(encoding="utf-8")):
        place = CampaignUnit.objects.select_related("campaign").get(
            campaign__slug=said["campaign"], code=said["unit"]
        )
        words = {name: said[name] for name in ("what", "answers_for_it", "until")}
        if Commitment.objects.filter(unit=place.unit_id, **words).exists():
            continue
        made = commitments.publish(
            place, said["criterion"], **words, today=said["published_on"], by=by
        )
        if "reason" in said:
            commitments.withdraw(made, reason=said["reason"], today=said["withdrawn_on"], by=by)


def administrator_password(var: Path) -> str | None:
    """Return the password of the demo's superuser; None when it is not the one kept in `var`.

    On the first call the user is made with a random password, which is kept in a file only
    its owner can read. An existing user's password is never changed.
    """
    kept = var / "admin_password"
    users = get_user_model().objects
    user = users.filter(username=USER).first()
    if user is None:
        var.mkdir(parents=True, exist_ok=True)
        password = secrets.token_urlsafe(12)
        kept.unlink(missing_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(f"{password}\n", encoding="utf-8")
        users.create_superuser(USER, password=password)
        return password
    password = kept.read_text(encoding="utf-8").strip() if kept.is_file() else ""
    return password if user.check_password(password) else None
