"""The JSON body of a request as plain data, or a refusal: what every door of the API reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext as _

from surveys.answering.intake import Refused


class DoubledKey(ValueError):
    """An object of the body names a key twice: which one is meant, nobody can know."""


class WrongType(ValueError):
    """A value of the body is not what its key asks for; the message says what that is."""


def parse(body: bytes) -> Mapping[str, object]:
    """Return the object a body holds; refuse what is no JSON (400) or no object (422)."""
    try:
        data = json.loads(body.decode(), object_pairs_hook=_object, parse_constant=_refuse_constant)
    except DoubledKey as error:
        raise Refused(400, {"body": _("A key stands twice: %(key)s") % {"key": error}}) from error
    # A RecursionError is nesting no body needs; a ValueError is everything else that is no
    # JSON, bytes that are no UTF-8 and whole numbers of thousands of digits among it.
    except (ValueError, RecursionError) as error:
        raise Refused(400, {"body": _("The body is not JSON in UTF-8.")}) from error
    if not isinstance(data, dict):
        raise Refused(422, {"body": _("A JSON object is expected.")})
    return data


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _value in pairs]
        raise DoubledKey(next(key for key in keys if keys.count(key) > 1))
    return found


def _refuse_constant(name: str) -> object:
    """Refuse NaN and Infinity, which Python would read."""
    raise ValueError(f"{name} is not JSON")


def text(value: object) -> str:
    if not isinstance(value, str):
        raise WrongType(_("A text is expected here."))
    return value


def whole_number(value: object, low: int, high: int) -> int | None:
    """Return a number from `low` to `high`, None where the body says null or nothing."""
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise WrongType(
            _("A whole number from %(low)d to %(high)d is expected here.")
            % {"low": low, "high": high}
        )
    return value


def day(value: object) -> date | None:
    if value is None:
        return None
    fault = _("A day is expected here, written YYYY-MM-DD.")
    try:
        found = date.fromisoformat(text(value))
    except ValueError as error:
        raise WrongType(fault) from error
    # Python also reads 20261122 and 2026-W47-7.
    if found.isoformat() != value:
        raise WrongType(fault)
    return found
