"""The kiosk as an app: one page with every screen and question, and all files it needs.

A kiosk fetches the whole once, for days without network. The version is a digest of all of
it: a kiosk asks for the worker script, sees another version, fetches everything into a new
cache, and changes over on its start screen.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import override

from surveys.answering import form_page, whole_form
from surveys.answering.form_page import FormPage
from surveys.answering.openings import Opening, Place

SCRIPTS = (
    *("advance", "clock", "fields", "handing-in", "heartbeat", "idle", "kiosk", "listen"),
    *("outbox", "pairing", "progress", "questions", "receipt", "rescue", "review", "screens"),
    *("sending", "sheet", "staff", "store", "ticket", "updates", "wording"),
)
STYLES = (
    *("css/tokens.css", "css/base.css", "css/dark.css"),
    *("surveys/citizen.css", "surveys/steps.css"),
)
WEIGHTS = (400, 500, 600, 700)
FILES = (
    *STYLES,
    "surveys/kiosk.css",
    "surveys/listen.css",
    *(f"surveys/js/{name}.js" for name in SCRIPTS),
    "js/display.js",
    *(f"fonts/be-vietnam-pro-{weight}.woff2" for weight in WEIGHTS),
    *(f"fonts/inter-digits-{weight}.woff2" for weight in (400, 600, 700)),
    *("img/drum.svg", "img/icons.svg", "img/mark.svg"),
    *("surveys/kiosk-192.png", "surveys/kiosk-512.png"),
)
# The clips a page speaks, as hai_long/listen.html names them.
CLIP = re.compile(r'<audio [^>]*src="([^"]+)"')
# Stands for the version in a page that is being made.
VERSION_TO_COME = "version-to-come"


@dataclass(frozen=True)
class Asked:
    """A campaign the app can ask, in one language, on its open days."""

    page: FormPage
    opens_on: date
    closes_on: date

    @property
    def context(self) -> dict[str, object]:
        """What the templates of the form say of it."""
        return form_page.context_of(self.page)

    @property
    def questions(self) -> SafeString:
        return whole_form.blank_questions(self.page)


@dataclass(frozen=True)
class Screens:
    """Every screen of the app in one language."""

    language: str  # of the questions; the words around them are in that of the header
    asked: tuple[Asked, ...]
    header: form_page.Header
    choices: tuple[form_page.Choice, ...]  # the other languages


@dataclass(frozen=True)
class App:
    """The page of a kiosk, the clips it speaks and the digest of all that belongs to it."""

    shell: bytes
    version: str
    clips: tuple[str, ...]


def app(place: Place) -> App:
    """Return the app of a counter as it is today: with the campaigns of today and to come."""
    return _app(_all_screens(place))


def version(place: Place) -> str:
    """Return the digest of the app of a counter."""
    return _version(_all_screens(place))


def _all_screens(place: Place) -> tuple[Screens, ...]:
    today = timezone.localdate()
    openings = [one for one in place.openings if one.campaign.closes_on >= today]
    site = [code for code, _name in settings.LANGUAGES]
    # What the site speaks, then what only a questionnaire does; each once.
    spoken = dict.fromkeys((*site, *(code for one in openings for code in one.edition().languages)))
    return tuple(_screens(place, openings, code, tuple(spoken)) for code in spoken)


def _screens(
    place: Place, openings: Sequence[Opening], code: str, offered: Sequence[str]
) -> Screens:
    with override(code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        asked = tuple(
            Asked(
                form_page.page_of(place, opening, form_page.language_of(opening, code)),
                opening.campaign.opens_on,
                opening.campaign.closes_on,
            )
            for opening in openings
        )
        choices = tuple(form_page.Choice(other) for other in offered if other != code)
        return Screens(code, asked, form_page.header(place), choices)


# Every kiosk asks with each sign of life; one web process may serve those of the whole country.
@lru_cache(maxsize=4096)
def _version(screens: tuple[Screens, ...]) -> str:
    return _app(screens).version


@lru_cache(maxsize=64)
def _app(screens: tuple[Screens, ...]) -> App:
    code = screens[0].header.counter_code
    with override(settings.LANGUAGE_CODE):
        context = {
            "screens": screens,
            "header": screens[0].header,
            "version": VERSION_TO_COME,
            "time_zone": settings.TIME_ZONE,
        }
        html = render_to_string("surveys/kiosk.html", context).strip()
    clips = tuple(sorted(set(CLIP.findall(html))))
    parts = [html, _worker(code, VERSION_TO_COME, clips), manifest(screens[0].header)]
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
    return App(html.replace(VERSION_TO_COME, digest).encode(), digest, clips)


def worker(place: Place) -> str:
    """Return the service worker of a counter's app as it is today."""
    made = app(place)
    return _worker(place.counter.code, made.version, made.clips)


def _worker(counter_code: str, of_version: str, clips: tuple[str, ...]) -> str:
    shell = shell_address(counter_code)
    manifest_address = reverse("surveys:kiosk_manifest", args=[counter_code])
    prefix = f"hai-long-kiosk/{counter_code}/"
    app_json = json.dumps(
        {
            "version": of_version,
            "prefix": prefix,
            "cache": prefix + of_version,
            "shell": shell,
            "files": [shell, manifest_address, *(static(name) for name in FILES)],
            "clips": clips,
        },
        indent=2,
    )
    return render_to_string("surveys/kiosk_worker.js", {"app": SafeString(app_json)})


def manifest(header: form_page.Header) -> str:
    """Return the web app manifest, by which a browser installs the kiosk."""
    address = shell_address(header.counter_code)
    return json.dumps(
        {
            "name": f"{header.unit_name} – {header.counter_name}".strip(" –"),
            "short_name": header.counter_name,
            "lang": settings.LANGUAGE_CODE,
            "id": address,
            "start_url": address,
            "scope": address,
            "display": "fullscreen",
            "background_color": "#fbf8f3",
            "theme_color": "#8f1d21",
            "icons": [
                {
                    "src": static(f"surveys/kiosk-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size in (192, 512)
                for purpose in ("any", "maskable")
            ],
        },
        ensure_ascii=False,
    )


def shell_address(counter_code: str) -> str:
    """Return where the app lives: one address for all languages."""
    with override(settings.LANGUAGE_CODE):
        return reverse("surveys:kiosk", args=[counter_code])
