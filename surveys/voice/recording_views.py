"""Officials' pages about recorded voice: what is recorded, and uploading it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Sum
from django.db.models.functions import Length
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from surveys.models import Campaign, Clip, Questionnaire
from surveys.officials import OfficialRequest, panel_page
from surveys.questionnaires import languages
from surveys.questionnaires.definitions import BASE_LANGUAGE
from surveys.questionnaires.editions import Edition
from surveys.rights.acts import Act
from surveys.voice import recording_uploads, recordings
from surveys.voice.recording_uploads import NotTaken
from surveys.voice.recordings import Line

ACCEPT = ".mp3,.m4a,.aac,.ogg,.oga,.opus,.wav,audio/*"


@dataclass(frozen=True)
class Progress:
    """How far a language of an edition is."""

    language: str
    name: str
    current: int
    changed: int
    texts: int


@panel_page(Act.SEE_QUESTIONNAIRES)
@require_safe
def editions(request: OfficialRequest) -> HttpResponse:
    """List the editions with their languages, those of open campaigns first."""
    asked = set(
        Campaign.objects.filter(closes_on__gte=timezone.localdate()).values_list(
            "questionnaire_id", flat=True
        )
    )
    rows = sorted(
        Questionnaire.objects.all(), key=lambda row: (row.pk not in asked, row.code, -row.edition)
    )
    found = [
        (edition, row.pk in asked, [_progress(edition, code) for code in _languages(edition)])
        for row in rows
        for edition in [row.parsed()]
    ]
    return render(request, "surveys/officials/recording_editions.html", {"editions": found})


# A clip is heard at every counter of the nation.
@panel_page(Act.SEE_QUESTIONNAIRES, change=Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_http_methods(["GET", "POST"])
def edition(request: OfficialRequest, reference: str, language: str) -> HttpResponse:
    """Show every text of a language with its recording, and take files by their names."""
    row, edition = _edition(reference, language)
    report, chosen = None, True
    if request.method == "POST":
        files = request.FILES.getlist("files")
        report = recording_uploads.store_by_name(row, language, files, by=request.actor)
        chosen = bool(files)
        if chosen and not report.faults:
            said = _("Recordings stored: %(n)d.") % {"n": report.stored}
            messages.success(request, said)
            return redirect("officials:recordings", reference, language)
    lines = recordings.lines(edition, language)
    context = {
        "edition": edition,
        "language": language,
        "name": languages.name(language),
        "lines": lines,
        "counts": _counts(language, lines),
        "bytes": _bytes(lines),
        "report": report if chosen else None,
        "chosen": chosen,
        "accept": ACCEPT,
        "may_change": request.rights.reach(Act.MANAGE_QUESTIONNAIRES).everywhere,
    }
    status = 200 if report is None else 422
    return render(request, "surveys/officials/recordings.html", context, status=status)


# A clip is heard at every counter of the nation.
@panel_page(Act.SEE_QUESTIONNAIRES, change=Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_http_methods(["GET", "POST"])
def recording(request: OfficialRequest, reference: str, language: str, place: str) -> HttpResponse:
    """Show one text with its recording, and take another."""
    row, edition = _edition(reference, language)
    line = _line(edition, language, place)
    fault = ""
    if request.method == "POST":
        try:
            upload = _upload(request)
            recording_uploads.store(row, language, line.spot, upload, by=request.actor)
        except NotTaken as error:
            fault = str(error)
        else:
            messages.success(request, _("Recordings stored: %(n)d.") % {"n": 1})
            return redirect("officials:recordings", reference, language)
    context = {
        "edition": edition,
        "language": language,
        "name": languages.name(language),
        "line": line,
        "fault": fault,
        "accept": ACCEPT,
        "may_change": request.rights.reach(Act.MANAGE_QUESTIONNAIRES).everywhere,
    }
    status = 422 if fault else 200
    return render(request, "surveys/officials/recording.html", context, status=status)


@panel_page(Act.MANAGE_QUESTIONNAIRES, nation=True)
@require_POST
def remove(request: OfficialRequest, reference: str, language: str, place: str) -> HttpResponse:
    row, edition = _edition(reference, language)
    recording_uploads.remove(row, language, _line(edition, language, place).spot, by=request.actor)
    messages.success(request, _("The recording is removed and no longer played."))
    return redirect("officials:recordings", reference, language)


def _upload(request: OfficialRequest) -> UploadedFile:
    upload = request.FILES.get("file")
    if upload is None:
        raise NotTaken(_("Please choose a file."))
    return upload


def _edition(reference: str, language: str) -> tuple[Questionnaire, Edition]:
    code, _at, number = reference.partition("@")
    if "\x00" in reference or not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    row = Questionnaire.objects.filter(code=code, edition=int(number)).first()
    if row is None or language not in row.parsed().languages:
        raise Http404
    return row, row.parsed()


def _line(edition: Edition, language: str, place: str) -> Line:
    found = (line for line in recordings.lines(edition, language) if line.spot.place == place)
    line = next(found, None)
    if line is None:
        raise Http404
    return line


def _languages(edition: Edition) -> list[str]:
    """Return the languages of an edition, Vietnamese first."""
    return sorted(edition.languages, key=lambda code: (code != BASE_LANGUAGE, code))


def _progress(edition: Edition, language: str) -> Progress:
    return _counts(language, recordings.lines(edition, language))


def _counts(language: str, lines: list[Line]) -> Progress:
    states = [line.state for line in lines]
    return Progress(
        language,
        languages.name(language),
        states.count("current"),
        states.count("changed"),
        len(lines),
    )


def _bytes(lines: list[Line]) -> int:
    """Return how much a kiosk fetches for a language."""
    digests = {line.recording.clip_id for line in lines if line.recording and line.current}
    clips = Clip.objects.filter(digest__in=digests)
    return clips.aggregate(sum=Sum(Length("content")))["sum"] or 0
