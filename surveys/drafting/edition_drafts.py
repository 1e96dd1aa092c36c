"""The only place that writes drafts of editions.

Two officials may write at the same draft: a change names the part it was made on by its digest,
and is not stored when that part has become another one meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from surveys.drafting import edition_faults, edition_parts
from surveys.drafting.edition_parts import HEAD_KEYS, Address, NoSuchPart
from surveys.models import AuditEntry, EditionDraft, Questionnaire
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.questionnaires.definitions import DefinitionError
from surveys.questionnaires.edition_documents import digest


class Changed(RuntimeError):
    """Somebody else changed the part meanwhile; `draft` is as it stands now."""

    def __init__(self, draft: EditionDraft) -> None:
        super().__init__(str(draft))
        self.draft = draft


def begin(
    document: dict[str, Any], *, by: Actor, base: Questionnaire | None = None
) -> EditionDraft:
    """Store a new draft."""
    with transaction.atomic():
        draft = EditionDraft.objects.create(
            document=document,
            base=str(base) if base else "",
            base_digest=digest(base.definition) if base else "",
            made_by=_user(by),
            changed_by=_user(by),
        )
        audit.record(Deed.BEGIN_DRAFT, by=by, to=draft, after={"base": draft.base})
    return draft


def next_edition(base: Questionnaire, *, by: Actor) -> EditionDraft:
    """Begin the next edition of a questionnaire with all that an edition of it says."""
    last = Questionnaire.objects.filter(code=base.code).order_by("-edition").first() or base
    return begin({**base.definition, "edition": last.edition + 1}, by=by, base=base)


def same_edition(base: Questionnaire, *, by: Actor) -> EditionDraft:
    """Begin a draft that shall replace an edition which nobody uses yet."""
    return begin(dict(base.definition), by=by, base=base)


def is_used(row: Questionnaire) -> bool:
    return row.campaigns.exists()


def change(
    draft: EditionDraft, at: Address, was: str, value: Any, *, by: Actor
) -> list[DefinitionError]:
    """Replace, add or (None) remove a part, unless the parser finds a fault in it.

    Args:
        was: the digest of the part when it was shown.
        value: the part; of a scale its code and its levels.

    Returns:
        What is wrong with the new part; then nothing was stored.

    Raises:
        Changed: the part is another one by now.
        NoSuchPart: nothing can stand there.
    """
    with transaction.atomic():
        current = _locked(draft, at, was)
        document = edition_parts.with_part(current.document, at, value)
        if value is not None:
            now = Address("scale", scale=value[0]) if at.kind == "scale" else at
            if found := edition_faults.part_faults(document, now):
                return found
        was_there = edition_parts.part if value is not None else _whole
        before = _told(was_there(current.document, at))
        after = _told(value[1] if at.kind == "scale" and value else value)
        _store(current, document, by)
        _record(current, at, before, after, by)
    return []


def move(draft: EditionDraft, at: Address, was: str, by_places: int, *, by: Actor) -> None:
    """Move a section or a question up (-1) or down (1).

    Raises:
        Changed: another one stands there by now.
        NoSuchPart: there is no way further.
    """
    with transaction.atomic():
        current = _locked(draft, at, was)
        _store(current, edition_parts.moved(current.document, at, by_places), by)
        part = edition_parts.part(draft.document, at)
        _record(current, at, None, {"code": part["code"], "moved": by_places}, by)


def translate(
    draft: EditionDraft,
    language: str,
    texts: dict[tuple[str | int, ...], tuple[str, str]],
    by: Actor,
) -> int:
    """Write texts of a language, each where the text in that language still is as it was shown.

    Args:
        texts: by the path to the map of texts, the text as it was and as it shall be.

    Returns:
        How many were written.

    Raises:
        Changed: one of them has become another one meanwhile; nothing was stored.
    """
    with transaction.atomic():
        current = EditionDraft.objects.select_for_update().get(pk=draft.pk)
        document = edition_parts.with_part(current.document, Address("head"), _head(current))
        written: dict[str, str] = {}
        for path, (was, new) in texts.items():
            node: Any = document
            try:
                for step in path:
                    node = node[step]
            except (KeyError, IndexError, TypeError):
                raise Changed(current) from None
            if node.get(language, "") != was:
                raise Changed(current)
            if new != was:
                node.pop(language, None)
                node |= {language: new} if new else {}
                written[".".join(map(str, path))] = new
        if written:
            _store(current, document, by)
            _record(current, Address("head"), None, {"language": language, **written}, by)
    return len(written)


@dataclass(frozen=True)
class Removed:
    """A part that was taken away, and nothing changed since: it can be put back."""

    at: Address
    part: Any

    @property
    def code(self) -> str:
        return self.at.scale if self.at.kind == "scale" else str(self.part.get("code", ""))


def removed(draft: EditionDraft) -> Removed | None:
    """Return what was taken away last, as the log tells it; None if that was not the last act."""
    own = AuditEntry.objects.filter(table=draft._meta.label, key=str(draft.pk))
    entry = own.order_by("-number").first()
    if entry is None or entry.deed != Deed.CHANGE_DRAFT or set(entry.after or {}) != {"part"}:
        return None
    at = edition_parts.address((entry.after or {})["part"])
    part = {key: value for key, value in (entry.before or {}).items() if key != "part"}
    return Removed(at, part["levels"] if at.kind == "scale" else part) if part else None


def put_back(draft: EditionDraft, *, by: Actor) -> Removed:
    """Put the part back that was taken away last.

    Raises:
        Changed: something else was done since.
    """
    with transaction.atomic():
        current = EditionDraft.objects.select_for_update().get(pk=draft.pk)
        found = removed(current)
        if found is None:
            raise Changed(current)
        part = (found.at.scale, found.part) if found.at.kind == "scale" else found.part
        document = edition_parts.with_part(current.document, found.at, part, insert=True)
        _store(current, document, by)
        _record(current, found.at, None, _told(found.part), by)
    return found


def _user(by: Actor) -> User:
    if by.user is None:
        raise TypeError("a draft is written by somebody who is signed in")
    return by.user


def _head(draft: EditionDraft) -> dict[str, Any]:
    return {key: draft.document[key] for key in HEAD_KEYS if key in draft.document}


def _told(part: Any) -> Any:
    return part if part is None or isinstance(part, dict) else {"levels": part}


def _whole(document: dict[str, Any], at: Address) -> Any:
    """Return a part that is taken away with all that goes with it: a section's questions, too."""
    found = edition_parts.part(document, at)
    if at.kind != "section" or found is None:
        return found
    return {**found, "questions": edition_parts.sections(document)[at.section]["questions"]}


def _locked(draft: EditionDraft, at: Address, was: str) -> EditionDraft:
    current = EditionDraft.objects.select_for_update().get(pk=draft.pk)
    try:
        part = edition_parts.part(current.document, at)
    except NoSuchPart:
        raise Changed(current) from None
    if digest(part) != was:
        raise Changed(current)
    return current


def _store(draft: EditionDraft, document: dict[str, Any], by: Actor) -> None:
    draft.document, draft.changed_by = document, _user(by)
    draft.save(update_fields=["document", "changed_by", "changed_at"])


def _record(draft: EditionDraft, at: Address, before: Any, after: Any, by: Actor) -> None:
    facts = {"part": str(at)}
    audit.record(
        Deed.CHANGE_DRAFT,
        by=by,
        to=draft,
        before=facts | (before or {}),
        after=facts | (after or {}),
    )


def remove(draft: EditionDraft, *, by: Actor) -> None:
    with transaction.atomic():
        audit.record(Deed.REMOVE_DRAFT, by=by, to=draft, before={"document": draft.document})
        draft.delete()
