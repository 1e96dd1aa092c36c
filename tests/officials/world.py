"""Two communes of one province, and something of every kind in one of them.

Whatever belongs to the first commune carries the word MARKED in its name, so that a page shown
to somebody of the other must not hold that word.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from surveys.campaigns.campaign_tree import open_campaign
from surveys.drafting.edition_drafts import next_edition
from surveys.free_text.comments import FEWEST
from surveys.kiosks import devices
from surveys.models import (
    Campaign,
    Comment,
    Commitment,
    Counter,
    CounterDayFacts,
    DayDecision,
    Device,
    EditionDraft,
    PaperBatch,
    QualitySign,
    RoleGrant,
    SheetExport,
    SheetExportPart,
    TicketBatch,
    Unit,
)
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.quality.counter_days import CounterDay
from surveys.rights.acts import Role
from tests import make

MARKED = "bimat"


@dataclass
class World:
    """`inside` is the commune that has everything, `outside` its neighbour, `above` both's."""

    above: Unit
    inside: Unit
    outside: Unit
    campaign: Campaign
    counter: Counter
    device: Device
    batch: PaperBatch
    ticket_batch: TicketBatch
    account: User
    grant: RoleGrant
    counter_day: CounterDayFacts
    decision: DayDecision
    draft: EditionDraft
    export: SheetExport
    commitment: Commitment

    def parts(self) -> dict[str, object]:
        """Return what stands in an address, by the name of the part."""
        return {
            "account": self.account.pk,
            "batch": self.batch.pk,
            "campaign": self.campaign.slug,
            "campaign_unit": f"{self.campaign.slug}.{self.inside.code}",
            "commitment": self.commitment.pk,
            "comment_batch": f"{self.campaign.slug}.{self.inside.pk}.202609.202609",
            "counter": self.counter.code,
            "counter_day": f"{self.campaign.slug}.{self.counter.code}.{self.counter_day.day}",
            "decision": self.decision.pk,
            "device": self.device.pk,
            "grant": self.grant.pk,
            "export": self.export.pk,
            "ticket_batch": self.ticket_batch.pk,
            "unit": self.inside.pk,
            "map_unit": self.inside.pk,
            "kind": "csv",
            "language": "vi",
            "place": "c01",
            "part": "s0q0",
            "draft": self.draft.pk,
            "position": 1,
            "reference": "tiny@1",
            "token": "khong-co",
        }


def world() -> World:
    province = make.province("Thái Nguyên", code="19")
    inside = make.commune(f"Xã {MARKED}", code="05900", parent=province)
    outside = make.commune("Phú Lương", code="05901", parent=province)
    today = timezone.localdate()
    campaign = make.campaign(
        slug="dot-2026",
        title={"vi": f"Đợt {MARKED}"},
        tree_day=today,
        opens_on=today - timedelta(days=5),
        closes_on=today + timedelta(days=5),
        opened=False,
    )
    Campaign.objects.filter(pk=campaign.pk).update(scope=[inside.code], tickets=True)
    open_campaign(campaign)
    campaign.refresh_from_db()
    counter = make.counter(inside, name=f"Quầy {MARKED}")
    account = User.objects.create(username=f"mai-{MARKED}")
    grant = make.grant(account, Role.VIEWER, inside)
    now = timezone.now()
    code = devices.make_pairing_code(counter, made_by_id=account.pk, now=now)
    device, _key = devices.pair(counter.pk, code, name=f"Máy {MARKED}", now=now)
    batch = PaperBatch.objects.create(
        campaign=campaign,
        counter=counter,
        answered_on=today,
        handed_out=3,
        collected=2,
        keyed_by=account,
    )
    tickets = TicketBatch.objects.create(
        campaign=campaign, counter=counter, day=today, issued=2, made_by=account
    )
    _commented(campaign, inside)
    audit.record(Deed.IMPORT, by=Actor(account, account.username), to=counter, unit=inside)
    of_day, decision = _judged(campaign, counter, account)
    return World(
        above=province,
        inside=inside,
        outside=outside,
        campaign=campaign,
        counter=counter,
        device=device,
        batch=batch,
        ticket_batch=tickets,
        account=account,
        grant=grant,
        counter_day=of_day,
        decision=decision,
        draft=_drafted(campaign),
        export=_exported(campaign, inside, account),
        commitment=_committed(campaign, inside, account),
    )


def _committed(campaign: Campaign, unit: Unit, account: User) -> Commitment:
    today = timezone.localdate()
    return Commitment.objects.create(
        campaign=campaign,
        unit=unit,
        criterion="c01",
        what=f"Thêm ghế chờ ({MARKED})",
        answers_for_it="Chủ tịch xã",
        until=today,
        published_on=today,
        published_by=account,
    )


def _exported(campaign: Campaign, unit: Unit, account: User) -> SheetExport:
    """Return an export that is ready."""
    now = timezone.now()
    export = SheetExport.objects.create(
        campaign=campaign,
        unit=unit,
        format=SheetExport.Format.CSV,
        language="vi",
        purpose=f"Nghiên cứu {MARKED}",
        asked_by=account,
        asked_at=now,
        moved_at=now,
        expires_at=now + timedelta(days=1),
        state=SheetExport.State.DONE,
        file_name=f"{MARKED}.zip",
    )
    SheetExportPart.objects.create(export=export, number=0, content=MARKED.encode())
    return export


def _drafted(campaign: Campaign) -> EditionDraft:
    """Return a draft as the nation's officials write them; it belongs to no unit."""
    writer = User.objects.create(username="soan-phieu")
    return next_edition(campaign.questionnaire, by=Actor(writer, writer.username))


def _commented(campaign: Campaign, unit: Unit) -> None:
    """Make a month that has ended, with sheets and comments enough to be read."""
    make.responses(campaign, unit, [5] * campaign.threshold, on=date(2026, 9, 1))
    for n in range(FEWEST):
        Comment.objects.create(campaign=campaign, unit=unit, month=202609, text=f"{MARKED} {n}")


def _judged(
    campaign: Campaign, counter: Counter, account: User
) -> tuple[CounterDayFacts, DayDecision]:
    """Return a day with a sign, and another that was set aside."""
    place = {"campaign": campaign, "unit": counter.unit, "counter": counter}
    yesterday = timezone.localdate() - timedelta(days=1)
    of_day = CounterDayFacts.objects.create(
        **place,
        day=yesterday,
        facts=CounterDay(n=12, judged=12, timed=12, fast=9).as_json(),
        counts=[0] * campaign.questionnaire.parsed().counts_width,
    )
    QualitySign.objects.create(
        **place,
        day=yesterday,
        rule="too_fast",
        version=1,
        rarity=-7.0,
        figures={"count": 9, "of": 12, "usual": 2.0},
    )
    decision = DayDecision.objects.create(
        **place,
        day=yesterday - timedelta(days=1),
        rule="too_fast",
        version=1,
        reason="Nhập hộ",
        decided_by=account,
    )
    return of_day, decision
