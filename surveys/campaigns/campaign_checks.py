"""The checked list: what has to be so before a campaign may open, and what is to be done.

A fault keeps the campaign from being declared ready and from opening. A warning does not, but
then somebody has to write why it is in order all the same; that is kept in the log.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date

from django.conf import settings
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from surveys.answering import asking
from surveys.campaigns import campaign_trials
from surveys.campaigns.campaign_tree import Placed, TreeError, planned_tree
from surveys.campaigns.check_lines import LISTED, Check, Grade
from surveys.models import Campaign, CampaignUnit, Counter, UnitVersion
from surveys.questionnaires import languages, methods, translations
from surveys.questionnaires.definitions import BASE_LANGUAGE, REVIEWED
from surveys.sampling import plan_checks
from surveys.units.unit_map import REFORM


def checks(campaign: Campaign, *, today: date) -> list[Check]:
    """Return every line of the list for a campaign that is not open."""
    try:
        tree = planned_tree(campaign)
    except TreeError as error:
        advice = _("Correct the tree day or the scope.")
        of_tree = [Check("tree", Grade.FAULT, str(error), advice)]
    else:
        of_tree = [
            *_on_the_map(campaign, tree),
            *_counters(tree),
            *plan_checks.checks(campaign, tree),
            *_at_once(campaign, tree),
        ]
    parts: Sequence[Callable[[Campaign], Iterator[Check]]] = (
        *(_languages, _method, _short_form, _previous, _proofs, _keys),
    )
    return [*of_tree, *_days(campaign, today), *(line for part in parts for line in part(campaign))]


def has_fault(found: Sequence[Check]) -> bool:
    return any(check.grade == Grade.FAULT for check in found)


def warnings(found: Sequence[Check]) -> list[str]:
    """Return the codes of the lines that need a reason."""
    return [check.code for check in found if check.grade == Grade.WARNING]


def _on_the_map(campaign: Campaign, tree: Sequence[Placed]) -> Iterator[Check]:
    said = ngettext(
        "%(n)s unit on the map of %(day)s", "%(n)s units on the map of %(day)s", len(tree)
    )
    yield Check(
        "tree", Grade.GOOD, said % {"n": _number(len(tree)), "day": _day(campaign.tree_day)}
    )


def _counters(tree: Sequence[Placed]) -> Iterator[Check]:
    """Look for a counter at every unit with none below; those above may have one, too."""
    above = {row.parent_id for row in tree}
    lowest = [row for row in tree if row.unit_id not in above]
    inside = {row.unit_id for row in tree}
    served = set(Counter.objects.filter(active=True).values_list("unit", flat=True)) & inside
    without = [row for row in lowest if row.unit_id not in served]
    advice = _("Open a counter for each, or write why none is needed.")
    if not served:
        said = _("No unit has a counter in use: nobody could answer.")
        yield Check("counters", Grade.FAULT, said, _("Open a counter for each unit."))
    elif without:
        said = ngettext(
            "%(n)s unit has no counter in use.", "%(n)s units have no counter in use.", len(without)
        ) % {"n": _number(len(without))}
        yield Check("counters", Grade.WARNING, said, advice, _named(without))
    else:
        yield Check("counters", Grade.GOOD, _("Every unit has a counter in use."))


def _named(rows: Sequence[Placed]) -> list[str]:
    """Return a line for each unit, with its name as far as the list shows them."""
    ordered = sorted(rows, key=lambda row: row.code)
    shown = [row.version_id for row in ordered[:LISTED]]
    names = dict(UnitVersion.objects.filter(pk__in=shown).values_list("pk", "full_name"))
    return [
        f"{names[row.version_id]} ({row.code})" if row.version_id in names else row.code
        for row in ordered
    ]


def _at_once(campaign: Campaign, tree: Sequence[Placed]) -> Iterator[Check]:
    """Look for campaigns that ask the same units on the same days."""
    units = {row.unit_id for row in tree if row.parent_id is not None}
    meanwhile = Campaign.objects.filter(
        answers_pattern__isnull=False,
        opens_on__lte=campaign.closes_on,
        closes_on__gte=campaign.opens_on,
    ).order_by("-opens_on")
    asked = defaultdict(set)
    for other, unit in CampaignUnit.objects.filter(campaign__in=meanwhile).values_list(
        "campaign", "unit"
    ):
        asked[other].add(unit)
    if found := [other.title_text for other in meanwhile if units & asked[other.pk]]:
        said = _("Another campaign asks the same units on the same days.")
        advice = _("At a counter the one that began last is shown. Choose other days or units.")
        yield Check("at_once", Grade.WARNING, said, advice, found)


def _days(campaign: Campaign, today: date) -> Iterator[Check]:
    if campaign.closes_on < today:
        said = _("The last day is over.")
        yield Check("days", Grade.FAULT, said, _("Choose days to come."))
    elif campaign.opens_on < today:
        said = _("The first day is past: sheets are taken only from the opening on.")
        advice = _("Choose a first day from today on, so that the days announced are those asked.")
        yield Check("days", Grade.WARNING, said, advice)
    else:
        number = (campaign.closes_on - campaign.opens_on).days + 1
        said = ngettext("Open for %(n)d day.", "Open for %(n)d days.", number) % {"n": number}
        yield Check("days", Grade.GOOD, said)
    if campaign.tree_day > max(today, campaign.opens_on):
        said = _("The map is that of a day after the opening.")
        yield Check("map_day", Grade.FAULT, said, _("Choose the map of the first day, or earlier."))


def _languages(campaign: Campaign) -> Iterator[Check]:
    edition = campaign.questionnaire.parsed()
    if lacking := translations.missing(edition):
        items = [f"{place} ({language})" for language, place in lacking]
        said, advice = _("Some texts are not translated."), _("Add them in the questionnaire.")
        yield Check("languages", Grade.FAULT, said, advice, items)
        return
    drafts = [code for code, status in edition.languages.items() if status != REVIEWED]
    if not drafts:
        yield Check("languages", Grade.GOOD, _("All translations are reviewed."))
        return
    grade = Grade.FAULT if BASE_LANGUAGE in drafts else Grade.WARNING
    advice = _("Have somebody who speaks it review it; until then the form says it is a draft.")
    said = _("Translations not reviewed yet:")
    yield Check("languages", grade, said, advice, [languages.name(code) for code in drafts])


def _method(campaign: Campaign) -> Iterator[Check]:
    try:
        methods.check_fits(campaign.method.parsed(), campaign.questionnaire.parsed())
    except methods.MethodError as error:
        said = _("The method does not fit the questionnaire: %(reason)s") % {"reason": error}
        yield Check("method", Grade.FAULT, said, _("Choose another method."))
    else:
        yield Check("method", Grade.GOOD, _("The method fits the questionnaire."))


def _short_form(campaign: Campaign) -> Iterator[Check]:
    if campaign.short_first and not asking.short_questions(campaign.questionnaire.parsed()):
        said = _("The questionnaire marks no question for the short form.")
        yield Check("short_form", Grade.FAULT, said, _("Do not begin with the short form."))


def _previous(campaign: Campaign) -> Iterator[Check]:
    """Say whether figures can stand beside those of the campaign before (reading.history)."""
    old = campaign.previous
    if old is None:
        said = _("No campaign before this one: there will be no change to show.")
        yield Check("previous", Grade.GOOD, said)
        return
    if old.answers_pattern is None or old.opens_on >= campaign.opens_on:
        said = _("The campaign before this one was never open, or begins later.")
        yield Check("previous", Grade.FAULT, said, _("Choose another, or none."))
        return
    breaks = []
    if old.questionnaire_id != campaign.questionnaire_id:
        breaks.append(_("another questionnaire"))
    if old.method.parsed().rules != campaign.method.parsed().rules:
        breaks.append(_("another method"))
    if old.tree_day < REFORM <= campaign.tree_day:
        breaks.append(_("the map before 1 July 2025"))
    if breaks:
        said = _("The campaign before does not compare: no change is shown.")
        advice = _("Take its questionnaire and method, if figures are to be compared.")
        yield Check("previous", Grade.WARNING, said, advice, breaks)
    else:
        yield Check(
            "previous", Grade.GOOD, _("Compares with “%(title)s”.") % {"title": old.title_text}
        )


def _proofs(campaign: Campaign) -> Iterator[Check]:
    document = json.dumps(campaign.questionnaire.definition)
    failed = campaign_trials.failures_in(
        document, get_language() or BASE_LANGUAGE, short_first=campaign.short_first
    )
    if failed:
        said = _("Not every answer can be given.")
        advice = _("Please tell the operator: the form or the questionnaire has a fault.")
        yield Check("proofs", Grade.FAULT, said, advice, failed)
    elif not settings.CANARY_KEY:
        said = _("Every answer can be given here, but no counter will prove it each morning.")
        advice = _("Please have the operator set CANARY_KEY.")
        yield Check("proofs", Grade.WARNING, said, advice)
    else:
        said = _(
            "Every answer can be given, tried here without sending. At four in the morning of the"
            " first day it is tried at every counter; what fails raises an alarm."
        )
        yield Check("proofs", Grade.GOOD, said)


def _keys(campaign: Campaign) -> Iterator[Check]:
    if campaign.tickets and not settings.TICKET_KEY:
        said = _("Tickets are required, but none can be made.")
        yield Check("tickets", Grade.FAULT, said, _("Please have the operator set TICKET_KEY."))
    if settings.SIGNING_KEY:
        yield Check("signing", Grade.GOOD, _("Releases will be signed."))
    else:
        said = _("Releases will not be signed: nobody could tell a forged file from ours.")
        advice = _("Please have the operator set SIGNING_KEY.")
        yield Check("signing", Grade.WARNING, said, advice)


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _number(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
