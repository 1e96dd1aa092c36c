"""Small sounds for tests: a tone made here, and a recording of some edition."""

from __future__ import annotations

import io
import wave
from array import array
from math import pi, sin

from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from surveys.models import Questionnaire
from surveys.oversight.audit import Actor
from surveys.voice import recording_uploads, recordings

RATE = 8000


def tone(hertz: int = 440, seconds: float = 0.2) -> bytes:
    """Return a WAV file; another tone has other bytes."""
    samples = array(
        "h", (int(9000 * sin(2 * pi * hertz * n / RATE)) for n in range(int(RATE * seconds)))
    )
    file = io.BytesIO()
    with wave.open(file, "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(samples.tobytes())
    return file.getvalue()


def upload(name: str = "c01.wav", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, tone() if content is None else content)


def actor() -> Actor:
    """Return Nga, who uploads recordings."""
    user, _made = User.objects.get_or_create(username="nga")
    return Actor(user, user.get_username())


def record(
    of: Questionnaire, place: str, content: bytes | None = None, language: str = "vi"
) -> str:
    """Store a recording of a text and return the address of its clip."""
    line = next(
        line for line in recordings.lines(of.parsed(), language) if place in line.spot.places
    )
    recording_uploads.store(of, language, line.spot, upload(content=content), by=actor())
    stored = of.recordings.select_related("clip").get(language=language, place=line.spot.place)
    recordings.forget_recordings()
    return recordings.address_of(stored)
