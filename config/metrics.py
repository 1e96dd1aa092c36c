"""What Prometheus reads: /metrics, for who has the token and nobody else."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from results.watching.measures import Measure, measures

PREFIX = "hai_long_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def metrics(request: HttpRequest) -> HttpResponse:
    """Tell all measures; 404 without METRICS_KEY in settings or request, as if not there."""
    asked = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings.METRICS_KEY
    if not token or not constant_time_compare(asked, token):
        raise Http404
    text = in_text(measures(now=timezone.localtime()))
    return HttpResponse(text, CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def in_text(found: Iterable[Measure]) -> str:
    """Return measures as Prometheus reads them (text format 0.0.4)."""
    lines = []
    for measure in found:
        name = PREFIX + measure.name
        lines.append(f"# HELP {name} {measure.said}")
        lines.append(f"# TYPE {name} {'counter' if measure.is_counter else 'gauge'}")
        for labels, number in measure.samples:
            told = ",".join(f'{key}="{_escaped(value)}"' for key, value in labels.items())
            lines.append(f"{name}{{{told}}} {float(number)}" if told else f"{name} {float(number)}")
    return "\n".join([*lines, ""])


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
