"""The frame around every page of the panel: what the navigation offers, and to whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _

from surveys.models import Campaign, UnitVersion
from surveys.rights.acts import Act
from surveys.rights.roles import Rights

# Keys of the session: what the official has chosen to look at.
UNIT = "panel_unit"
CAMPAIGN = "panel_campaign"


@dataclass(frozen=True)
class Door:
    """An entry of the navigation, for who may do its act.

    `icon` is a symbol of img/icons.svg; `about` says on the start page what is behind it.
    """

    view: str
    label: str | Promise
    icon: str
    act: Act
    about: str | Promise = ""

    @cached_property
    def address(self) -> str:
        """Each page asks for it of every door, more than once; it never changes."""
        return reverse(self.view)


@dataclass(frozen=True)
class Group:
    """Doors under a common heading; the first group has none."""

    title: str | Promise
    doors: Sequence[Door]


GROUPS: Sequence[Group] = (
    Group("", [Door("officials:start", _("Overview"), "home", Act.OPEN_PANEL)]),
    Group(
        _("Measuring"),
        [
            Door(
                "officials:campaigns",
                _("Campaigns"),
                "list",
                Act.SEE_CAMPAIGNS,
                _("From the draft to publication"),
            ),
        ],
    ),
    Group(
        _("Collecting"),
        [
            Door(
                "officials:kiosks",
                _("Kiosks"),
                "kiosk",
                Act.SEE_KIOSKS,
                _("Pair, revoke, see how each one is"),
            ),
            Door(
                "officials:counters",
                _("Counters"),
                "people",
                Act.SEE_UNITS,
                _("Where people answer: QR codes, posters, kiosks; one or many at once"),
            ),
            Door(
                "officials:posters",
                _("Posters with QR codes"),
                "qr",
                Act.PRINT,
                _("One PDF for the counters of a unit"),
            ),
            Door(
                "officials:tickets",
                _("One-time tickets"),
                "ticket",
                Act.ISSUE_TICKETS,
                _("One answer for each person served, without knowing whose"),
            ),
            Door(
                "officials:paper_forms",
                _("Paper forms to print"),
                "document",
                Act.PRINT,
                _("For people who prefer paper"),
            ),
            Door(
                "officials:proofs",
                _("Proofs"),
                "check",
                Act.MONITOR,
                _("Whether every answer can be given at every counter"),
            ),
            Door(
                "officials:signs",
                _("Data quality"),
                "warning",
                Act.SEE_QUALITY,
                _("Signs that sheets may not be those of the people served"),
            ),
            Door(
                "officials:served",
                _("People served"),
                "people",
                Act.KEY_PAPER,
                _("How many people came to a counter on a day"),
            ),
            Door(
                "officials:batches",
                _("Paper sheets"),
                "keys",
                Act.SEE_PAPER,
                _("Key sheets that were filled in on paper"),
            ),
            Door(
                "officials:import",
                _("Import a file"),
                "upload",
                Act.IMPORT_SHEETS,
                _("Sheets from a spreadsheet, checked before they are stored"),
            ),
        ],
    ),
    Group(
        _("Listening"),
        [
            Door(
                "officials:comments",
                _("Comments"),
                "document",
                Act.READ_COMMENTS,
                _("What people wrote, some months together"),
            ),
            Door(
                "officials:commitments",
                _("Commitments"),
                "check",
                Act.COMMIT,
                _("Promise in public what will be better, and see whether it was"),
            ),
        ],
    ),
    Group(
        _("Taking away"),
        [
            Door(
                "officials:exports",
                _("Exports of sheets"),
                "download",
                Act.EXPORT,
                _("Anonymised sheets with a code book, for analysis"),
            ),
        ],
    ),
    Group(
        _("Administration"),
        [
            Door(
                "officials:questionnaires",
                _("Questionnaires"),
                "document",
                Act.SEE_QUESTIONNAIRES,
                _("Write editions, translate them, see them as citizens do"),
            ),
            Door(
                "officials:units",
                _("Units"),
                "people",
                Act.SEE_UNITS,
                _("The map of any day, and what became of each unit"),
            ),
            Door(
                "officials:accounts",
                _("Accounts and roles"),
                "people",
                Act.MANAGE_ACCOUNTS,
                _("Who works here, and may do what where"),
            ),
            Door(
                "officials:audit",
                _("Audit log"),
                "list",
                Act.SEE_AUDIT,
                _("Who did what, which nobody can change"),
            ),
        ],
    ),
)


@dataclass
class Frame:
    """What the template around a page needs to know."""

    rights: Rights
    path: str
    session: SessionBase

    @property
    def second_factor_waived(self) -> bool:
        """Whether administrators do without the second step, as only a demo may."""
        return bool(settings.SECOND_FACTOR_WAIVED) and self.rights.is_administrator

    @cached_property
    def unit(self) -> UnitVersion | None:
        """The unit the official has chosen to look at, as it is today; None: all of theirs."""
        chosen = self.session.get(UNIT)
        if chosen is None or not self.rights.reach(Act.SEE_UNITS).covers(chosen):
            return None
        rows = UnitVersion.objects.in_force_on(timezone.localdate(self.rights.now))
        return rows.select_related("unit").filter(unit=chosen).first()

    @cached_property
    def chosen_campaign(self) -> Campaign | None:
        """The campaign the official has chosen to look at."""
        chosen = self.session.get(CAMPAIGN)
        if chosen is None:
            return None
        return self.rights.reach(Act.SEE_CAMPAIGNS).campaigns().filter(pk=chosen).first()

    @cached_property
    def campaign(self) -> Campaign | None:
        """The campaign chosen, or else the newest open one the official may see."""
        opened = self.rights.reach(Act.SEE_CAMPAIGNS).opened_campaigns()
        return self.chosen_campaign or opened.order_by("-opens_on", "slug").first()

    @cached_property
    def groups(self) -> list[Group]:
        """The groups with the doors this official may open."""
        found = [
            Group(group.title, [door for door in group.doors if self.rights.has(door.act)])
            for group in GROUPS
        ]
        return [group for group in found if group.doors]

    @cached_property
    def places(self) -> list[str]:
        """The names of the units at which this official holds a role, as they are today."""
        if self.rights.all:
            return []
        day = timezone.localdate(self.rights.now)
        units = {held.unit_id for held in self.rights.held}
        versions = UnitVersion.objects.filter(unit__in=units).order_by("unit", "in_force")
        names = {row.unit_id: row.full_name for row in versions if row.in_force.lower <= day}
        return sorted(names.values())

    @cached_property
    def current(self) -> str:
        """The address of the door that leads to the page shown: the longest that begins it."""
        start = reverse("officials:start")
        addresses = [door.address for group in self.groups for door in group.doors]
        # Every page's address begins with that of the overview.
        found = (a for a in addresses if self.path == a or (a != start and self.path.startswith(a)))
        return max(found, key=len, default="")
