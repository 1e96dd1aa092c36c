"""Officials' pages of comments: which may be read, and one batch with what is done about it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from surveys.free_text import comment_search, comments
from surveys.free_text.comments import Batch
from surveys.models import Campaign, CampaignUnit, Comment, CommentNote
from surveys.officials import OfficialRequest, panel_page
from surveys.rights.acts import Act

MOST_FOUND = 50
ON_A_PAGE = 50
BATCHES_KEPT_SECONDS = 300


class CommentForm(forms.Form):
    """What is done about one comment."""

    comment = forms.UUIDField(widget=forms.HiddenInput)
    hide = forms.CharField(
        label=gettext_lazy("Words to hide for good"),
        help_text=gettext_lazy("A name, an address: exactly as they stand above."),
        max_length=200,
        required=False,
    )
    tags = forms.CharField(
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Separated by commas."),
        max_length=200,
        required=False,
    )
    checked = forms.BooleanField(
        label=gettext_lazy("I have read it: nothing in it tells who wrote it"), required=False
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer in public"),
        help_text=gettext_lazy("It stands with the comment on the public page of the unit."),
        widget=forms.Textarea({"rows": 3}),
        max_length=comments.LONGEST_ANSWER,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") and not cleaned.get("checked"):
            raise forms.ValidationError(_("Only a comment that was checked can be answered."))
        return cleaned


@panel_page(Act.READ_COMMENTS)
@require_safe
def batch_list(request: OfficialRequest) -> HttpResponse:
    """Show which comments of a campaign may be read, and find words and tags in these."""
    campaigns = list(request.reach.opened_campaigns().order_by("-opens_on", "slug"))
    asked = request.GET.get("campaign", "")
    chosen = next((one for one in campaigns if one.slug == asked), next(iter(campaigns), None))
    words, tag = (request.GET.get(name, "").strip()[:100] for name in ("q", "tag"))
    context: dict[str, Any] = {"campaigns": campaigns, "chosen": chosen, "words": words, "tag": tag}
    if chosen is not None:
        context |= _readable(request, chosen, words=words, tag=tag)
    return render(request, "surveys/officials/comment_batches.html", context)


def _readable(
    request: OfficialRequest, campaign: Campaign, *, words: str, tag: str
) -> dict[str, Any]:
    """Return a page of the batches, the tags there are, and what was found."""
    places = request.reach.campaign_units(campaign)
    if (unit := request.panel.unit) is not None:
        places = places.filter(path__contains=[unit.unit_id])
    names = dict(places.values_list("unit_id", "version__full_name"))
    readable = [batch for batch in _batches(campaign) if batch.unit_id in names]
    page = Paginator(readable, ON_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page": page,
        "batches": [(batch, key_of(batch), names[batch.unit_id]) for batch in page],
        "fewest": comments.FEWEST,
        "tags": comment_search.tags_of(campaign, names.keys()),
        "more": f"&{urlencode({'campaign': campaign.slug})}",
    }
    if words or tag:
        hits = comment_search.found(campaign, readable, words=words, tag=tag, most=MOST_FOUND + 1)
        context["hits"] = [(hit, names[hit.unit_id]) for hit in hits[:MOST_FOUND]]
        context["limit"] = MOST_FOUND if len(hits) > MOST_FOUND else None
    return context


def _batches(campaign: Campaign) -> list[Batch]:
    """Return the batches of a whole campaign, some minutes old: their months have ended."""
    today = timezone.localdate()
    rows = cache.get_or_set(
        f"comment-batches:{campaign.pk}:{today}",
        lambda: [
            (batch.unit_id, batch.first, batch.last, batch.n)
            for batch in comments.batches(campaign, today=today)
        ],
        BATCHES_KEPT_SECONDS,
    )
    return [Batch(campaign, *row) for row in rows or []]


@panel_page(Act.READ_COMMENTS)
@require_http_methods(["GET", "POST"])
def batch_page(request: OfficialRequest, comment_batch: Batch) -> HttpResponse:
    """Show a batch of comments; a POST is about one of them."""
    may_answer = request.rights.reach(Act.ANSWER_COMMENTS).covers(
        comment_batch.unit_id, comment_batch.campaign
    )
    wrong: CommentForm | None = None
    if request.method == "POST":
        form = _form(request.POST, may_answer=may_answer)
        if form.is_valid() and _act(request, comment_batch, form):
            return redirect(request.path)
        wrong = form
    found = list(comment_batch.comments())
    notes = comments.notes_of(found)
    place = CampaignUnit.objects.select_related("version").get(
        campaign=comment_batch.campaign, unit=comment_batch.unit_id
    )
    context = {
        "batch": comment_batch,
        "unit": place.version.full_name,
        "lines": [
            (
                comment,
                notes.get(comment.pk),
                _shown(comment, notes.get(comment.pk), wrong, may_answer),
            )
            for comment in found
        ],
        "wrong": wrong is not None,
    }
    return render(request, "surveys/officials/comment_batch.html", context)


def key_of(batch: Batch) -> str:
    """Return what stands for a batch in an address."""
    return f"{batch.campaign.slug}.{batch.unit_id}.{batch.first}.{batch.last}"


def _form(data: Any, *, may_answer: bool) -> CommentForm:
    form = CommentForm(data)
    if not may_answer:
        del form.fields["answer"]
    return form


def _shown(
    comment: Comment, note: CommentNote | None, wrong: CommentForm | None, may_answer: bool
) -> CommentForm:
    """Return the form of a comment: the one that was refused, or as things stand."""
    if wrong is not None and str(wrong.data.get("comment")) == str(comment.pk):
        return wrong
    initial: dict[str, Any] = {"comment": comment.pk}
    if note is not None:
        initial |= {"tags": ", ".join(note.tags), "checked": note.checked_by_id is not None}
        initial["answer"] = note.answer
    form = CommentForm(initial=initial, auto_id=f"id_{comment.pk}_%s")
    if not may_answer:
        del form.fields["answer"]
    return form


def _act(request: OfficialRequest, batch: Batch, form: CommentForm) -> bool:
    """Do what the form says about one comment of the batch; False with the fault in the form."""
    comment = batch.comments().filter(pk=form.cleaned_data["comment"]).first()
    if comment is None:
        raise Http404
    if words := form.cleaned_data["hide"]:
        try:
            comments.hide(comment, words, by=request.actor)
        except comments.NotHereError:
            form.add_error("hide", _("These words do not stand in the comment."))
            return False
    note = comments.sort(
        comment,
        form.cleaned_data["tags"].split(","),
        checked=form.cleaned_data["checked"],
        by=request.official,
    )
    if "answer" in form.fields and form.cleaned_data["answer"] != note.answer:
        comments.answer(
            note,
            form.cleaned_data["answer"],
            by=request.official,
            actor=request.actor,
            today=timezone.localdate(),
        )
    messages.success(request, _("Saved."))
    return True
