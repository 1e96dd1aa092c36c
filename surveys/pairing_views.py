"""Officials' pages about kiosks: how each one is, pairing, revoking, bringing a queue in."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from surveys import devices, office_hours, rescue
from surveys.intake import Refused
from surveys.models import Counter, Device
from surveys.officials import official_required

# A kiosk reports every five minutes; after this many office hours something is wrong.
SILENT_HOURS = 2
WRONG_CLOCK_SECONDS = 120
MAX_FILE = 20 * 1024 * 1024


class PairingForm(forms.Form):
    """The counter a new kiosk stands at, by its code: there may be thousands of counters."""

    counter = forms.CharField(label=gettext_lazy("Code of the counter"), max_length=12)

    def clean_counter(self) -> Counter:
        code = self.cleaned_data["counter"].strip().lower()
        counter = Counter.objects.filter(code=code, active=True).first()
        if counter is None:
            raise forms.ValidationError(_("There is no open counter with this code."))
        return counter


class QueueForm(forms.Form):
    """The queue of a kiosk, already opened by its PIN in the official's browser."""

    queue = forms.FileField()


@dataclass(frozen=True)
class KioskLine:
    """A kiosk in the list, with what is worth a word."""

    device: Device
    silent_hours: int
    clock_wrong: bool


@official_required
@require_http_methods(["GET", "POST"])
def kiosks(request: HttpRequest) -> HttpResponse:
    form = PairingForm(request.POST or None)
    code = ""
    if request.method == "POST" and form.is_valid():
        counter = form.cleaned_data["counter"]
        code = devices.make_pairing_code(
            counter, made_by_id=request.user.pk or 0, now=timezone.now()
        )
    context = {
        "form": form,
        "code": code,
        "counter": form.cleaned_data["counter"] if code else None,
        "minutes": devices.CODE_LASTS.seconds // 60,
        "kiosks": _lines(),
    }
    response = render(request, "surveys/officials/kiosks.html", context)
    # The code is shown once, and kept by no cache.
    response["Cache-Control"] = "no-store"
    return response


@official_required
@require_POST
def revoke(request: HttpRequest, device_id: UUID) -> HttpResponse:
    device = get_object_or_404(Device, pk=device_id)
    devices.revoke(device, now=timezone.now())
    said = _("%(name)s sends nothing any more. Sheets that wait on it stay there.")
    messages.success(request, said % {"name": device.name})
    return HttpResponseRedirect(reverse("officials:kiosks"), status=303)


@official_required
@require_http_methods(["GET", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    brought: rescue.Rescue | None = None
    faults: list[str] = []
    if request.method == "POST":
        form = QueueForm(request.POST, request.FILES)
        try:
            if not form.is_valid() or form.cleaned_data["queue"].size > MAX_FILE:
                raise Refused(422, {"file": _("The file holds no queue.")})  # noqa: TRY301 - one way out for all faults
            content = form.cleaned_data["queue"].read()
            brought = rescue.bring_in(content, today=timezone.localdate())
        except Refused as refused:
            faults = list(refused.faults.values())
    context = {"brought": brought, "faults": faults}
    status = 422 if faults else 200
    return render(request, "surveys/officials/kiosk_import.html", context, status=status)


def _lines() -> list[KioskLine]:
    now = timezone.localtime()
    lines = []
    order = ("revoked_at", "counter__code", "name")
    for device in Device.objects.select_related("counter").order_by(*order):
        seen = timezone.localtime(device.seen_at or device.paired_at)
        silent = 0 if device.revoked_at else int(office_hours.hours_between(seen, now))
        offset = device.clock_offset_seconds or 0
        lines.append(
            KioskLine(
                device,
                silent_hours=silent if silent >= SILENT_HOURS else 0,
                clock_wrong=abs(offset) > WRONG_CLOCK_SECONDS,
            )
        )
    # What needs someone comes first.
    return sorted(lines, key=lambda line: (line.device.revoked_at is not None, -line.silent_hours))
