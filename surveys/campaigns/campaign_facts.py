"""What a campaign is, in words: its fields, and the states it goes through."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from surveys.campaigns import campaign_scope
from surveys.campaigns.campaign_forms import GROUPS, CampaignForm, title_of
from surveys.campaigns.campaign_states import FROZEN, State
from surveys.models import Campaign, Channel
from surveys.sampling import plans


@dataclass(frozen=True)
class Fact:
    """A field of a campaign in words, and why it stays as it is; empty where it may change."""

    name: str
    label: str | Promise
    value: str
    frozen: str | Promise = ""


def steps(state: State) -> list[tuple[State, str]]:
    """Return every state with "done", "now" or "" for those to come."""
    order = list(State)
    at = order.index(state)
    return [(one, "done" if i < at else "now" if i == at else "") for i, one in enumerate(order)]


def facts(campaign: Campaign, state: State) -> list[Fact]:
    """Return every field of a campaign, in the order of its form."""
    yes = {True: _("yes"), False: _("no")}
    channels = {channel.code: channel.label for channel in Channel}
    said = {
        "questionnaire": title_of(campaign.questionnaire),
        "method": title_of(campaign.method),
        "previous": campaign.previous.title_text if campaign.previous else _("none"),
        "scope": ", ".join(campaign_scope.names(campaign.scope, campaign.tree_day))
        or _("the whole nation"),
        "publication": campaign.get_publication_display(),
        "channels": ", ".join(str(channels[code]) for code in campaign.channels),
    }
    found = []
    for _title, names in GROUPS:
        for name in names:
            field = CampaignForm.base_fields[name]
            if name.startswith("title_"):
                value = campaign.title.get(name[6:], "–")
            else:
                value = said.get(name) or getattr(campaign, name)
            value = yes[value] if isinstance(value, bool) else value
            why = FROZEN.get(name, "") if state not in {State.DRAFT, State.READY} else ""
            found.append(Fact(name, field.label or name, value, why))
    plan = plans.facts(campaign)
    said_of_plan = _("%(sheets)s sheets, %(units)s units") if plan["units"] else _("none")
    plan_words = said_of_plan % {name: number_format(n) for name, n in plan.items()}
    why = FROZEN["plan"] if state not in {State.DRAFT, State.READY} else ""
    return [*found, Fact("plan", _("Sample plan"), plan_words, why)]
