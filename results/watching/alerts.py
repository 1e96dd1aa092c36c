"""What needs somebody in a campaign now: for the overview, and for the daily mail."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from results.watching import boards, pulse, quotas
from results.watching.alert import Alert, grouped, some
from results.watching.monitoring import Watch
from results.watching.waiting_alerts import WAITING
from surveys.proofs import proof_state
from surveys.proofs.proof_state import State
from surveys.rights.acts import Act


def alerts(watch: Watch) -> list[Alert]:
    """Return what needs somebody, the serious first."""
    parts = (_differences, *WAITING, _proofs, _units, _plan, _signs)
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
            % {"n": grouped(n)},
            said=_(
                "Counted figures have been counted anew; published ones are never changed by"
                " themselves. Please have the operator look into it (manage.py check_results)."
            ),
            address=reverse("officials:campaign", args=[watch.campaign.slug]),
            link=_("See the campaign"),
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
    if watch.is_over:
        return
    places = [watch.board.places[top] for top in watch.tops]
    silent = {unit for place in places for unit in place.silent}
    missing = {unit for place in places for unit in place.missing} - silent
    address = f"{reverse('officials:start')}?cham=1{watch.unit_query}#don-vi"
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
    if watch.is_over:
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
            % {"coming": grouped(round(coming)), "planned": grouped(planned)},
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
            % {"names": some(named, of=len(named))},
            address=f"{address}#tang",
            link=_("See the strata"),
        )


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
