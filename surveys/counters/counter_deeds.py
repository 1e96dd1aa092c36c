"""What officials do to one counter: make it, name it, open and close it; all logged."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.counters.counter_codes import new_code
from surveys.models import Counter, Unit
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed


class NotUnique(ValueError):
    """The unit has a counter of this name; the message says so."""


def make(unit: Unit, name: str, kind: str, *, by: Actor) -> Counter:
    """Make an open counter with a code of its own.

    Raises:
        NotUnique: see there; a second click makes no second counter.
    """
    with transaction.atomic():
        _check_name(unit, name)
        counter = Counter.objects.create(code=_free_code(), unit=unit, name=name, kind=kind)
        after = {"name": name, "kind": kind, "codes": [counter.code]}
        audit.record(Deed.CREATE_COUNTERS, by=by, to=counter, unit=unit, after=after)
    return counter


def rename(counter: Counter, name: str, *, by: Actor) -> None:
    """Call a counter otherwise, on its form and on posters printed from now on.

    Raises:
        NotUnique: see there.
    """
    with transaction.atomic():
        current = Counter.objects.select_for_update(no_key=True).get(pk=counter.pk)
        if current.name == name:
            return
        _check_name(current.unit, name)
        before = {"name": current.name}
        current.name = name
        current.save(update_fields=["name"])
        audit.record(
            Deed.CHANGE_COUNTER,
            by=by,
            to=current,
            unit=current.unit_id,
            before=before,
            after={"name": name},
        )


def switch(counter: Counter, *, active: bool, by: Actor) -> bool:
    """Open or close a counter; return whether it was not so already."""
    deed = Deed.OPEN_COUNTERS if active else Deed.CLOSE_COUNTERS
    with transaction.atomic():
        if not Counter.objects.filter(pk=counter.pk, active=not active).update(active=active):
            return False
        audit.record(deed, by=by, to=counter, unit=counter.unit_id, after={"codes": [counter.code]})
    return True


def _check_name(unit: Unit, name: str) -> None:
    # Locked, so that of two at once the second sees what the first made.
    Unit.objects.select_for_update(no_key=True).get(pk=unit.pk)
    if Counter.objects.filter(unit=unit, name=name).exists():
        raise NotUnique(_("The unit has a counter of this name already."))


def _free_code() -> str:
    while Counter.objects.filter(code=(code := new_code())).exists():
        pass
    return code
