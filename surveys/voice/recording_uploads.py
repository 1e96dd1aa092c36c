"""The only writer of recordings: takes sound files in, and lets go of clips nobody needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePath

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.utils.translation import gettext as _

from surveys.models import Clip, Questionnaire, Recording
from surveys.oversight import audit
from surveys.oversight.audit import Actor
from surveys.oversight.deeds import Deed
from surveys.voice import recordings, sound_files
from surveys.voice.recordings import Spot
from surveys.voice.sound_files import NotASound

# Any number, the same for all writers of recordings.
LOCK = 20_261_122


class NotTaken(ValueError):
    """A file that cannot be a recording; the message says why, to the official."""


@dataclass
class Report:
    """What became of each file of an upload of several."""

    stored: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)  # name of the file, reason
    spare: list[tuple[str, str]] = field(default_factory=list)  # name, the name that was taken


def store(
    questionnaire: Questionnaire, language: str, spot: Spot, upload: UploadedFile, *, by: Actor
) -> None:
    """Make a file the recording of a text, in place of the one there was.

    Raises:
        NotTaken: it is too large, or no sound that browsers play.
    """
    content, suffix = _sound(upload)
    digest = hashlib.sha256(content).hexdigest()
    with transaction.atomic():
        _one_at_a_time()
        clip, _made = Clip.objects.get_or_create(
            digest=digest, defaults={"suffix": suffix, "content": content}
        )
        recording, _new = Recording.objects.update_or_create(
            questionnaire=questionnaire,
            language=language,
            place=spot.place,
            defaults={"text": spot.text, "clip": clip, "uploaded_by": by.user},
        )
        _let_go()
        audit.record(Deed.SAVE_RECORDING, by=by, to=recording, after={"clip": digest})


def store_by_name(
    questionnaire: Questionnaire, language: str, uploads: Iterable[UploadedFile], *, by: Actor
) -> Report:
    """Store files called after their place, such as c01.mp3 and c01-3.ogg.

    What is in order is stored though another file is not: uploading all again does no harm.
    """
    by_place = {
        place: spot
        for spot in recordings.spots(questionnaire.parsed(), language)
        for place in spot.places
    }
    report, taken = Report(), dict[Spot, str]()
    for upload in uploads:
        name = upload.name or ""
        spot = by_place.get(PurePath(name).stem.strip().lower().replace("-", "."))
        if spot is None:
            report.faults.append((name, _("No text of this questionnaire has this name.")))
        elif spot in taken:
            report.spare.append((name, taken[spot]))
        else:
            try:
                store(questionnaire, language, spot, upload, by=by)
            except NotTaken as fault:
                report.faults.append((name, str(fault)))
            else:
                taken[spot] = name
                report.stored += 1
    return report


def remove(questionnaire: Questionnaire, language: str, spot: Spot, *, by: Actor) -> None:
    """Take the recording of a text away from its edition; it is not served any more."""
    with transaction.atomic():
        _one_at_a_time()
        gone = list(
            Recording.objects.filter(
                questionnaire=questionnaire, language=language, place__in=spot.places
            ).select_related("questionnaire")
        )
        for recording in gone:
            audit.record(
                Deed.REMOVE_RECORDING, by=by, to=recording, before={"clip": recording.clip_id}
            )
            recording.delete()
        _let_go()


def _sound(upload: UploadedFile) -> tuple[bytes, str]:
    if (upload.size or 0) > sound_files.MOST_BYTES:
        raise NotTaken(_("The file is larger than 1 MB."))
    content = upload.read()
    if not content:
        raise NotTaken(_("The file is empty."))
    try:
        return content, sound_files.kind_of(content)
    except NotASound as error:
        fault = _("This is no sound that browsers play. Please save it as MP3, M4A, Ogg or WAV.")
        raise NotTaken(fault) from error


def _one_at_a_time() -> None:
    # Else one could let go of a clip while another takes the same bytes in again.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _let_go() -> None:
    Clip.objects.filter(recordings=None).delete()
