"""Keeps what a proof at a counter showed: answer by answer, and of all of them together."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction

from surveys.models import Campaign, Counter, CounterProof, OptionProof
from surveys.proofs import canary_sheets
from surveys.proofs.canary_sheets import Mark


def note(campaign: Campaign, counter: Counter, reasons: Mapping[Mark, str], *, today: date) -> None:
    """Keep the day of what was proven, and the fault of what was not.

    Args:
        reasons: the options that were tried, each with why it failed, "" where it did not.
    """
    with transaction.atomic():
        for proven in (True, False):
            rows = [
                OptionProof(
                    campaign=campaign,
                    counter=counter,
                    column=column,
                    code=code,
                    proven_on=today if proven else None,
                    fault=reason,
                )
                for (column, code), reason in reasons.items()
                if proven == (not reason)
            ]
            OptionProof.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["campaign", "counter", "column", "code"],
                update_fields=["proven_on", "fault"] if proven else ["fault"],
            )
        _note_together(campaign, counter, reasons, today)


def _note_together(
    campaign: Campaign, counter: Counter, reasons: Mapping[Mark, str], today: date
) -> None:
    proven = {mark for mark, reason in reasons.items() if not reason}
    changed: dict[str, object] = {"faults": len(reasons) - len(proven)}
    if proven:
        changed["last_on"] = today
    if proven == canary_sheets.marks(campaign.questionnaire.parsed()):
        changed["whole_on"] = today
    CounterProof.objects.update_or_create(campaign=campaign, counter=counter, defaults=changed)
