"""A draft without faults as the edition it would be: its files, and how citizens would see it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from surveys.drafting import edition_faults
from surveys.drafting.questionnaire_views import (
    as_citizens_see_it,
    as_xlsform,
    as_yaml,
    draft_of,
)
from surveys.models import EditionDraft
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires import editions as parser
from surveys.questionnaires.editions import Edition
from surveys.rights.acts import Act


def _clean(request: OfficialRequest, row: EditionDraft) -> Edition | None:
    """Return the edition a draft would be; None, with a message, while it has faults."""
    if not edition_faults.faults(row.document):
        return parser.parse(row.document)
    messages.warning(request, _("The draft has faults. Please mend them first."))
    return None


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def preview(request: OfficialRequest, draft: int, language: str) -> HttpResponse:
    edition = _clean(request, draft_of(draft))
    back = reverse("officials:draft", args=[draft])
    return as_citizens_see_it(request, edition, language, back) if edition else redirect(back)


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def yaml_file(request: OfficialRequest, draft: int) -> HttpResponse:
    edition = _clean(request, draft_of(draft))
    return as_yaml(edition) if edition else redirect("officials:draft", draft)


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def xlsform_file(request: OfficialRequest, draft: int) -> HttpResponse:
    edition = _clean(request, draft_of(draft))
    return as_xlsform(edition) if edition else redirect("officials:draft", draft)
