"""What needs somebody in a campaign now: for the overview, and for the daily mail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from results.watching import boards, pulse, quotas
from results.watching.monitoring import Watch
from surveys.proofs import proof_state
from surveys.proofs.proof_state import State
from surveys.rights.acts import Act

MOST_NAMED = 3


@dataclass(frozen=True)
class Alert:
    """One thing to do something about: a title, what to do, and where."""

    icon: str
    is_serious: bool
    title: str
    said: str
    address: str
    link: str


def alerts(watch: Watch) -> list[Alert]:
    """Return what needs somebody, the serious first."""
    parts = (_differences, _kiosks, _proofs, _units, _plan, _signs)
    found = [alert for part in parts for alert in part(watch)]
    return sorted(found, key=lambda alert: not alert.is_serious)


def _differences(watch: Watch) -> Iterator[Alert]:
    """Tell administrators what the last night's recount found; it is about the whole campaign."""
    if not watch.is_whole or not watch.rights.has(Act.MANAGE_ACCOUNTS):
        return
    if n := pulse.differences_of(watch.campaign.slug):
        yield Alert(
            "warning",
            is_serious=True,
            title=ngettext(
                "The last recount found %(n)s figure that was not what the sheets say",
                "The last recount found %(n)s figures that were not what the sheets say",
                n,
            )
            % {"n": _number(n)},
            said=_(
                "Counted figures have been counted anew; published ones are never changed by"
                " themselves. Please have the operator look into it (manage.py check_results)."
            ),
            address=reverse("officials:campaign", args=[watch.campaign.slug]),
            link=_("See the campaign"),
        )


def _kiosks(watch: Watch) -> Iterator[Alert]:
    silent = watch.kiosks.silent
    if not silent:
        return
    named = [f"{one.device.counter.name} ({one.device.counter.code})" for one in silent]
    title = ngettext(
        "%(n)d kiosk has not been heard of for %(hours)d office hours or more",
        "%(n)d kiosks have not been heard of for %(hours)d office hours or more",
        len(silent),
    ) % {"n": len(silent), "hours": silent[-1].hours}
    yield Alert(
        "warning",
        is_serious=True,
        title=title,
        said=_(
            "%(names)s. Sheets may wait there: call the office, have the tablet switched on and"
            " its network looked at. Never clear the browser's data."
        )
        % {"names": ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")},
        address=reverse("officials:kiosks"),
        link=_("See the kiosks"),
    )


def _proofs(watch: Watch) -> Iterator[Alert]:
    states = watch.proofs
    not_proven = sum(states.values()) - states[State.PROVEN]
    if not not_proven:
        return
    lost = not states[State.PROVEN] and not states[State.FAILED]
    yield Alert(
        "warning",
        is_serious=lost or states[State.FAILED] > 0,
        title=_("Nothing was proven since yesterday.")
        if lost
        else ngettext(
            "At %(n)d counter not every answer is proven.",
            "At %(n)d counters not every answer is proven.",
            not_proven,
        )
        % {"n": not_proven},
        said=_("The worker or the timetable of the site has stopped: please tell the operator.")
        if lost and proof_state.may_run()
        else _("Somebody may not be able to give the answer they want.")
        if proof_state.may_run()
        else _("No proof runs: please have the operator set CANARY_KEY."),
        address=reverse("officials:proofs"),
        link=_("See the proofs"),
    )


def _units(watch: Watch) -> Iterator[Alert]:
    if watch.today > watch.campaign.closes_on:
        return
    places = [watch.board.places[top] for top in watch.tops]
    silent = {unit for place in places for unit in place.silent}
    missing = {unit for place in places for unit in place.missing} - silent
    address = f"{reverse('officials:start')}?tat-ca=1#don-vi"
    if silent:
        yield Alert(
            "warning",
            is_serious=False,
            title=ngettext(
                "%(n)d unit has no sheet yet", "%(n)d units have no sheet yet", len(silent)
            )
            % {"n": len(silent)},
            said=_("Is the poster up, is the kiosk on, do people know of it?"),
            address=address,
            link=_("See the units"),
        )
    if missing:
        yield Alert(
            "warning",
            is_serious=False,
            title=ngettext(
                "%(n)d unit will not reach %(threshold)d sheets at its pace so far",
                "%(n)d units will not reach %(threshold)d sheets at their pace so far",
                len(missing),
            )
            % {"n": len(missing), "threshold": watch.campaign.threshold},
            said=_("Below this number nothing is published of them."),
            address=address,
            link=_("See the units"),
        )


def _plan(watch: Watch) -> Iterator[Alert]:
    if watch.today > watch.campaign.closes_on:
        return
    address = reverse("officials:quotas", args=[watch.campaign.slug])
    behind = {unit for top in watch.tops for unit in watch.board.places[top].behind}
    if behind:
        lines = [watch.board.places[unit] for unit in behind]
        planned = sum(line.planned for line in lines)
        coming = sum(boards.expected(line.toward, watch.campaign, watch.today) for line in lines)
        yield Alert(
            "warning",
            is_serious=False,
            title=ngettext(
                "%(n)d unit is behind the plan at its pace so far",
                "%(n)d units are behind the plan at their pace so far",
                len(behind),
            )
            % {"n": len(behind)},
            said=_("They would bring %(coming)s of %(planned)s planned sheets.")
            % {"coming": _number(round(coming)), "planned": _number(planned)},
            address=address,
            link=_("See the plan and how far it is met"),
        )
    strata = [one for one in quotas.strata(watch) if one.is_behind]
    if strata:
        named = [one.label for one in strata]
        yield Alert(
            "warning",
            is_serious=False,
            title=ngettext(
                "%(n)d stratum is behind the plan at its pace so far",
                "%(n)d strata are behind the plan at their pace so far",
                len(strata),
            )
            % {"n": len(strata)},
            said=_("%(names)s. A stratum with too few sheets makes the whole less exact.")
            % {"names": ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")},
            address=f"{address}#tang",
            link=_("See the strata"),
        )


def _number(number: int) -> str:
    return number_format(number, force_grouping=True)


def _signs(watch: Watch) -> Iterator[Alert]:
    if not watch.rights.has(Act.SEE_QUALITY):
        return
    strong = watch.strong_signs()
    if strong:
        yield Alert(
            "warning",
            is_serious=False,
            title=ngettext(
                "%(n)d strong sign of poor data in the last week",
                "%(n)d strong signs of poor data in the last week",
                strong,
            )
            % {"n": strong},
            said=_("A sign is a reason to look, never a verdict."),
            address=f"{reverse('officials:signs')}?strength=strong",
            link=_("See the signs"),
        )
