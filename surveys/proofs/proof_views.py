"""Officials' pages about the daily proof that every answer can be given, and which are used."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.core.cache import cache
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.answering.forms import ESCAPES, in_language
from surveys.models import Campaign, Counter
from surveys.officials import OfficialRequest, panel_page
from surveys.proofs import canary, proof_state
from surveys.proofs.proof_state import OptionState, Standing, Watched
from surveys.questionnaires.editions import OPTION_CODES, Edition
from surveys.rights.acts import Act
from surveys.rights.reach import Reach

SHOWN = 100
# They change once a morning.
OPTIONS_KEPT_SECONDS = 600
# With fewer counters the last day somebody chose an answer could be that of one person.
COUNTERS_FOR_A_DAY = 10


@dataclass(frozen=True)
class CampaignProof:
    """How the proof of a campaign stands at the counters of the reader."""

    campaign: Campaign
    states: Sequence[Standing]
    alarms: Sequence[Standing]
    shown: Sequence[Watched]  # the first of the alarms

    @property
    def is_lost(self) -> bool:
        return proof_state.chain_is_lost(self.states)

    @property
    def proven(self) -> int:
        return len(self.states) - len(self.alarms)


@dataclass(frozen=True)
class OptionLine:
    """One answer in words."""

    question: str
    option: str
    state: OptionState
    used: str


@panel_page(Act.MONITOR)
@require_safe
def proofs(request: OfficialRequest) -> HttpResponse:
    """Show for each open campaign where not every answer is proven."""
    now = timezone.localtime()
    campaigns = proof_state.campaigns_to_watch(now.date()) & request.reach.campaigns()
    found = [_of_campaign(campaign, request.reach, now) for campaign in campaigns]
    context = {"proofs": found, "may_run": proof_state.may_run()}
    return render(request, "surveys/officials/proofs.html", context)


def _of_campaign(campaign: Campaign, reach: Reach, now: datetime) -> CampaignProof:
    states = proof_state.standings(campaign, _counters(reach, campaign), now=now)
    alarms = proof_state.not_proven(states)
    return CampaignProof(
        campaign, states, alarms, shown=proof_state.watched(campaign, alarms[:SHOWN])
    )


@panel_page(Act.MONITOR)
@require_safe
def options(request: OfficialRequest, campaign: Campaign) -> HttpResponse:
    """Show every answer of a campaign: when it was last proven, and when last used."""
    counters = _counters(request.reach, campaign)
    by_day = counters.count() >= COUNTERS_FOR_A_DAY
    edition = campaign.questionnaire.parsed() if campaign.answers_pattern else None
    states = _options(request.reach, campaign, counters)
    context = {
        "campaign": campaign,
        "lines": list(_lines(edition, states, by_day=by_day)) if edition else [],
    }
    return render(request, "surveys/officials/proven_options.html", context)


def _options(
    reach: Reach, campaign: Campaign, counters: QuerySet[Counter]
) -> Sequence[OptionState]:
    """Return the states of all answers, some minutes old: of a nation they are half a million."""
    # A digest, for a key of the cache may not be long.
    where = sha256(repr((reach.everywhere, sorted(reach.tops_in(campaign)))).encode()).hexdigest()
    key = f"options-proven:{campaign.pk}:{where}"
    made: Sequence[OptionState] | None = cache.get_or_set(
        key, lambda: proof_state.options(campaign, counters), OPTIONS_KEPT_SECONDS
    )
    return made or []


def _counters(reach: Reach, campaign: Campaign) -> QuerySet[Counter]:
    return canary.counters_of(campaign) & reach.counters(campaign)


def _lines(
    edition: Edition, states: Sequence[OptionState], *, by_day: bool
) -> Iterator[OptionLine]:
    language = get_language() or "vi"
    for state in states:
        column = edition.columns[state.column]
        question = column.question
        if state.code in question.escapes:
            option = str(ESCAPES[state.code])
        else:
            position = column.option or 1 + OPTION_CODES.index(state.code)
            option = in_language(question.options[position - 1].text, language)
        yield OptionLine(
            question=in_language(question.text, language),
            option=option,
            state=state,
            used=_used(state, by_day=by_day),
        )


def _used(state: OptionState, *, by_day: bool) -> str:
    if state.used_on is None:
        return _("not yet")
    return date_format(state.used_on, "SHORT_DATE_FORMAT" if by_day else "m/Y")
