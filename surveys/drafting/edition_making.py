"""The only place that makes editions of drafts in the panel."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.drafting import edition_faults
from surveys.drafting.edition_drafts import Changed, is_used
from surveys.models import EditionDraft, Questionnaire
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.questionnaires.edition_documents import digest


class NotMade(ValueError):
    """No edition can be made of a draft; the message says why."""


def make_edition(draft: EditionDraft, was: str, *, by: Actor) -> Questionnaire:
    """Make an edition of a draft, which is gone then, and return it.

    Raises:
        Changed: the draft is not as it was shown.
        NotMade: it has faults, or its edition is there already and cannot be replaced by it.
    """
    with transaction.atomic():
        current = EditionDraft.objects.select_for_update().get(pk=draft.pk)
        if digest(current.document) != was:
            raise Changed(current)
        if edition_faults.faults(current.document):
            raise NotMade(_("The draft has faults. Please mend them first."))
        code, number = current.document["code"], current.document["edition"]
        row, is_new = Questionnaire.objects.select_for_update().get_or_create(
            code=code, edition=number, defaults={"definition": current.document}
        )
        before = None if is_new else {"definition": row.definition}
        if not is_new:
            _replace(row, current)
        current.delete()
        audit.record(
            Deed.MAKE_EDITION, by=by, to=row, before=before, after={"definition": row.definition}
        )
    return row


def _replace(row: Questionnaire, draft: EditionDraft) -> None:
    if is_used(row):
        reason = _("%(edition)s is used by a campaign and cannot change. Please raise the number.")
        raise NotMade(reason % {"edition": row})
    if str(row) != draft.base or digest(row.definition) != draft.base_digest:
        reason = _(
            "%(edition)s is there already, and says something else than this draft began with."
        )
        raise NotMade(reason % {"edition": row})
    row.definition = draft.document
    row.save(update_fields=["definition"])
