"""The addresses of a counter's kiosk: the app's page, its service worker and its manifest."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from surveys.answering import form_page, intake
from surveys.answering.intake import Refused
from surveys.answering.openings import Place
from surveys.kiosks import kiosk_app

# Asked for anew each time: the worker keeps its own copies, by version.
HEADERS = {"Cache-Control": "no-cache"}


@require_http_methods(["GET", "HEAD"])
def shell(request: HttpRequest, counter: str) -> HttpResponse:
    address = kiosk_app.shell_address(counter)
    if request.path != address:
        return HttpResponseRedirect(address)
    try:
        place = intake.place_at(counter)
    except Refused as refused:
        context = {"header": None, "counter": counter, "faults": list(refused.faults.values())}
        page = render_to_string("surveys/refused.html", context)
        return HttpResponse(page, status=refused.status, headers=HEADERS)
    app = kiosk_app.app(place)
    return HttpResponse(app.shell, headers={**HEADERS, "X-App-Version": app.version})


@require_http_methods(["GET", "HEAD"])
def worker(request: HttpRequest, counter: str) -> HttpResponse:
    place = _place(counter)
    if isinstance(place, HttpResponse):
        return place
    script = kiosk_app.worker(place)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=HEADERS)


@require_http_methods(["GET", "HEAD"])
def manifest(request: HttpRequest, counter: str) -> HttpResponse:
    place = _place(counter)
    if isinstance(place, HttpResponse):
        return place
    with override("vi"):
        content = kiosk_app.manifest(form_page.header(place))
    return HttpResponse(content, content_type="application/manifest+json", headers=HEADERS)


def _place(counter: str) -> Place | HttpResponse:
    try:
        return intake.place_at(counter)
    except Refused as refused:
        return HttpResponse(status=refused.status, headers=HEADERS)
