"""A YAML file → an open campaign. The same file again changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from surveys.answering import asking
from surveys.campaigns.campaign_tree import TreeError, open_campaign
from surveys.models import Campaign, Channel, Method, Questionnaire, UnitVersion
from surveys.questionnaires import methods
from surveys.questionnaires.definition_import import (
    CHANGED,
    CREATED,
    UNCHANGED,
    Document,
    FileError,
    read_yaml,
)
from surveys.questionnaires.definitions import SLUG, DefinitionError, Node, shown
from surveys.sampling import plan_entries

CAMPAIGN_KEYS = (
    *("slug", "title", "questionnaire", "method", "tree_day", "opens_on", "closes_on"),
    *("threshold", "scope", "channels", "publication", "simulated", "previous"),
    *("short_first", "auto_advance", "receipts", "plan"),
)
DEFAULT_CHANNELS = tuple(channel.code for channel in Channel if channel is not Channel.ASSISTED)


class CampaignError(DefinitionError):
    """A definition that cannot be a campaign; the message says where and why."""


def load_campaign(path: Path) -> tuple[Campaign, str]:
    """Store and open the campaign of a file; return it with created, changed or unchanged.

    A campaign stored but not yet open (made by hand) takes the file's values and is opened.

    Raises:
        FileError: a fault in the file, something it names is not stored, or the campaign is
            open and the file says otherwise.
    """
    document = read_yaml(path)
    try:
        with transaction.atomic():
            return _store(document)
    except (DefinitionError, TreeError) as error:
        fault = (
            error if isinstance(error, DefinitionError) else CampaignError("tree_day", str(error))
        )
        raise document.fault(fault) from error


def _store(document: Document) -> tuple[Campaign, str]:
    node = Node(document.data, "", CAMPAIGN_KEYS, CampaignError)
    slug = node.code("slug", SLUG, 50)
    wanted = _values(node, slug)
    campaign = Campaign.objects.select_for_update().filter(slug=slug).first()
    outcome = CREATED
    if campaign is None:
        campaign = Campaign(slug=slug, **wanted)
        campaign.save(force_insert=True)
    else:
        differing = [key for key in wanted if getattr(campaign, key) != wanted[key]]
        if campaign.answers_pattern is not None:
            if not differing:
                plan_entries.store(campaign, node)
                return campaign, UNCHANGED
            raise _frozen(document, campaign, wanted, differing)
        if campaign.simulated != wanted["simulated"]:
            raise node.fail("simulated", "is fixed when a campaign is made")
        for key, value in wanted.items():
            setattr(campaign, key, value)
        campaign.save(update_fields=list(wanted))
        outcome = CHANGED
    plan_entries.store(campaign, node)
    open_campaign(campaign)
    campaign.refresh_from_db()
    return campaign, outcome


def _frozen(
    document: Document, campaign: Campaign, wanted: dict[str, object], differing: list[str]
) -> FileError:
    changes = "; ".join(
        f"{key} is {getattr(campaign, key)}, in the file {wanted[key]}" for key in differing
    )
    return FileError(
        f"{document.path}: the campaign {campaign.slug} is open and a file cannot change it"
        f" ({changes}). Title, days and threshold are changed by hand, one act at a"
        " time; anything else needs a campaign of its own."
    )


def _values(node: Node, slug: str) -> dict[str, object]:
    """Return the fields of the row, everything they name found in the database."""
    questionnaire = _questionnaire(node)
    method = Method.objects.filter(code=_reference(node, "method")).first()
    if method is None:
        raise node.fail("method", "there is no such method; load_method loads one")
    try:
        methods.check_fits(method.parsed(), questionnaire.parsed())
    except methods.MethodError as error:
        raise node.fail("method", f"{method} does not fit {questionnaire}: {error}") from error
    opens_on, closes_on = _day(node, "opens_on"), _day(node, "closes_on")
    if closes_on < opens_on:
        raise node.fail("closes_on", f"{closes_on} lies before opens_on, {opens_on}")
    tree_day = _day(node, "tree_day")
    publications = Campaign.Publication.values
    return {
        "title": node.texts("title"),
        "questionnaire": questionnaire,
        "method": method,
        "tree_day": tree_day,
        "opens_on": opens_on,
        "closes_on": closes_on,
        "threshold": node.integer("threshold", 3, 32767) if node.has("threshold") else 10,
        "scope": _scope(node, tree_day),
        "channels": _channels(node),
        "publication": node.word("publication", publications)
        if node.has("publication")
        else Campaign.Publication.LIVE.value,
        "simulated": node.flag("simulated", default=False),
        "previous": _previous(node, slug),
        "short_first": _short_first(node, questionnaire),
        "auto_advance": node.flag("auto_advance", default=False),
        "receipts": node.flag("receipts", default=False),
    }


def _short_first(node: Node, questionnaire: Questionnaire) -> bool:
    wanted = node.flag("short_first", default=False)
    if wanted and not asking.short_questions(questionnaire.parsed()):
        raise node.fail("short_first", f"{questionnaire} marks no question with `short: true`")
    return wanted


def _reference(node: Node, key: str) -> str:
    value = node.value(key)
    if not isinstance(value, str):
        raise node.fail(key, f"a text is needed, not {shown(value)}")
    return value


def _questionnaire(node: Node) -> Questionnaire:
    code, _, edition = _reference(node, "questionnaire").partition("@")
    if not edition.isascii() or not edition.isdigit() or len(edition) > 3:
        raise node.fail("questionnaire", "code@edition is needed, such as sipas-22@1")
    found = Questionnaire.objects.filter(code=code, edition=int(edition)).first()
    if found is None:
        raise node.fail("questionnaire", "there is no such edition; load_questionnaire loads one")
    return found


def _day(node: Node, key: str) -> date:
    value = node.value(key)
    # YAML reads a bare 2026-11-01 as a date, and a date with a clock time as a datetime.
    if not isinstance(value, date) or isinstance(value, datetime):
        raise node.fail(key, f"a day such as 2026-11-01 is needed, not {shown(value)}")
    return value


def _scope(node: Node, tree_day: date) -> list[str]:
    if not node.has("scope"):
        return []
    codes: list[str] = []
    on_map = UnitVersion.objects.in_force_on(tree_day)
    for place, code in node.items("scope"):
        if not isinstance(code, str):
            raise CampaignError(
                place, f"a unit's code in quotes is needed (01 loses its 0), not {shown(code)}"
            )
        found = on_map.filter(unit__code=code).count()
        if found != 1:
            raise CampaignError(
                place, f"{found or 'no'} units have the code {shown(code)} on {tree_day}"
            )
        if code in codes:
            raise CampaignError(place, f"{shown(code)} stands there twice")
        codes.append(code)
    if not codes:
        raise node.fail("scope", "at least one unit is needed; leave it out for the nation")
    return codes


def _channels(node: Node) -> list[str]:
    if not node.has("channels"):
        return list(DEFAULT_CHANNELS)
    known = [channel.code for channel in Channel]
    chosen: list[str] = []
    for place, channel in node.items("channels"):
        if channel not in known or not isinstance(channel, str):
            raise CampaignError(place, f"one of {', '.join(known)} is needed, not {shown(channel)}")
        if channel in chosen:
            raise CampaignError(place, f"{shown(channel)} stands there twice")
        chosen.append(channel)
    if not chosen:
        raise node.fail("channels", "at least one channel is needed")
    return chosen


def _previous(node: Node, slug: str) -> Campaign | None:
    if not node.has("previous"):
        return None
    wanted = _reference(node, "previous")
    found = Campaign.objects.filter(slug=wanted).exclude(slug=slug).first()
    if found is None:
        raise node.fail("previous", f"there is no other campaign {shown(wanted)}")
    return found
