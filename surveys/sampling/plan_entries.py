"""The sample plan in a campaign's YAML file: read against its tree, stored, compared."""

from __future__ import annotations

from surveys.campaigns import campaign_tree
from surveys.models import Campaign, PlanLine
from surveys.questionnaires.definitions import Node, shown
from surveys.sampling import plans
from surveys.sampling.plans import LONGEST_STRATUM, Planned

ENTRY_KEYS = ("unit", "sheets", "population", "stratum")
KEY_OF = {"target": "sheets", "population": "population", "stratum": "stratum"}


def store(campaign: Campaign, node: Node) -> None:
    """Store the plan of a file in place of the one there is; without one leave that.

    Raises:
        DefinitionError: the plan cannot be, or is another one than the frozen one of an open
            campaign.
        TreeError: the map of the tree day cannot carry the campaign.
    """
    if not node.has("plan"):
        return
    wanted = _read(node, campaign)
    rows = PlanLine.objects.filter(campaign=campaign)
    if {Planned.of(line) for line in rows} == set(wanted):
        return
    if campaign.answers_pattern is not None:
        raise node.fail("plan", "the campaign is open and has another plan, which is frozen")
    rows.delete()
    PlanLine.objects.bulk_create(plans.line_of(campaign, planned) for planned in wanted)


def _read(node: Node, campaign: Campaign) -> list[Planned]:
    tree = plans.tree_of(campaign)
    by_code = {place.code: place for place in tree.values()}
    found: dict[int, tuple[Node, Planned]] = {}
    for entry in node.children("plan", ENTRY_KEYS):
        place = _place(entry, by_code)
        if place.unit_id in found:
            raise entry.fail("unit", f"{place.code} stands there twice")
        found[place.unit_id] = entry, _line(entry, place.unit_id)
    for above, unit in plans.nested(found, tree):
        raise found[unit][0].fail("unit", f"{tree[above].code} above it is planned, too")
    return [line for _entry, line in found.values()]


def _place(entry: Node, by_code: dict[str, campaign_tree.Placed]) -> campaign_tree.Placed:
    code = entry.value("unit")
    if not isinstance(code, str):
        raise entry.fail("unit", f"a code in quotes is needed (01 loses its 0), not {shown(code)}")
    if code not in by_code:
        raise entry.fail("unit", f"the campaign does not ask {shown(code)}")
    return by_code[code]


def _line(entry: Node, unit_id: int) -> Planned:
    target = entry.integer("sheets", 1, plans.MOST)
    people = None
    if entry.has("population"):
        people = entry.integer("population", 1, plans.MOST * 1000)
    stratum = entry.value("stratum") if entry.has("stratum") else ""
    if isinstance(stratum, str):
        stratum = " ".join(stratum.split())
    if not isinstance(stratum, str) or len(stratum) > LONGEST_STRATUM or not stratum.isprintable():
        raise entry.fail("stratum", f"at most {LONGEST_STRATUM} letters are needed")
    field, reason = plans.fault_of(stratum, people, target)
    if reason:
        raise entry.fail(KEY_OF[field], reason)
    return Planned(unit_id, stratum, people, target)
