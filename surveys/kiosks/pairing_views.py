"""Officials' pages about kiosks: how each one is, pairing, revoking, bringing a queue in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from surveys.answering.intake import Refused
from surveys.kiosks import devices, kiosk_lines, rescue
from surveys.kiosks.kiosk_lines import KioskFilter
from surveys.models import Counter, Device
from surveys.officials import OfficialRequest, panel_page
from surveys.oversight import audit
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Act
from surveys.rights.reach import Reach

ON_A_PAGE = 50
MAX_FILE = 20 * 1024 * 1024


class PairingForm(forms.Form):
    """The counter a new kiosk stands at, by its code: there may be thousands of counters."""

    counter = forms.CharField(label=gettext_lazy("Code of the counter"), max_length=12)

    def __init__(self, *args: Any, counters: QuerySet[Counter], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.counters = counters

    def clean_counter(self) -> Counter:
        code = self.cleaned_data["counter"].strip().lower()
        counter = self.counters.filter(code=code, active=True).first()
        if counter is None:
            raise forms.ValidationError(_("There is no open counter with this code."))
        return counter


class QueueForm(forms.Form):
    """The queue of a kiosk, already opened by its PIN in the official's browser."""

    queue = forms.FileField()


@panel_page(Act.SEE_KIOSKS, change=Act.MANAGE_KIOSKS)
@require_http_methods(["GET", "POST"])
def kiosks(request: OfficialRequest) -> HttpResponse:
    managed = request.rights.reach(Act.MANAGE_KIOSKS)
    form = PairingForm(request.POST or None, counters=managed.counters())
    code = ""
    if request.method == "POST" and form.is_valid():
        code = _make_code(request, form.cleaned_data["counter"])
    context = {
        "form": form,
        "code": code,
        "counter": form.cleaned_data["counter"] if code else None,
        "minutes": devices.CODE_LASTS.seconds // 60,
        "may_pair": bool(managed),
        **_list(request, managed),
    }
    status = 422 if form.is_bound and not code else 200
    response = render(request, "surveys/officials/kiosks.html", context, status=status)
    # The code is shown once, and kept by no cache.
    response["Cache-Control"] = "no-store"
    return response


def _list(request: OfficialRequest, managed: Reach) -> dict[str, Any]:
    """Return one page of the kiosks asked for."""
    now = timezone.localtime()
    asked = KioskFilter(request.GET)
    found = asked.found(request.rights.reach(Act.SEE_KIOSKS).devices(), now)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    mine = managed.devices().filter(pk__in=[device.pk for device in shown])
    query = request.GET.copy()
    query.pop("page", None)
    return {
        "asked": asked,
        "filtered": any(query.values()),
        "page": page,
        "more": f"&{query.urlencode()}" if query else "",
        "kiosks": kiosk_lines.lines(shown, now, managed=set(mine.values_list("pk", flat=True))),
    }


def _make_code(request: OfficialRequest, counter: Counter) -> str:
    with transaction.atomic():
        code = devices.make_pairing_code(
            counter, made_by_id=request.official.pk, now=timezone.now()
        )
        audit.record(Deed.PAIRING_CODE, by=request.actor, to=counter, unit=counter.unit_id)
    return code


@panel_page(Act.MANAGE_KIOSKS)
@require_http_methods(["GET", "POST"])
def revoke(request: OfficialRequest, device: Device) -> HttpResponse:
    """Ask once, then take no sheet of the kiosk any more."""
    if request.method == "GET":
        return render(request, "surveys/officials/revoke_kiosk.html", {"device": device})
    with transaction.atomic():
        devices.revoke(device, now=timezone.now())
        unit = device.counter.unit_id
        audit.record(Deed.REVOKE_KIOSK, by=request.actor, to=device, unit=unit)
    said = _("%(name)s sends nothing any more. Sheets that wait on it stay there.")
    messages.success(request, said % {"name": device.name})
    return HttpResponseRedirect(reverse("officials:kiosks"), status=303)


@panel_page(Act.MANAGE_KIOSKS)
@require_http_methods(["GET", "POST"])
def bring_in(request: OfficialRequest) -> HttpResponse:
    brought: rescue.Rescue | None = None
    faults: list[str] = []
    if request.method == "POST":
        form = QueueForm(request.POST, request.FILES)
        try:
            if not form.is_valid() or form.cleaned_data["queue"].size > MAX_FILE:
                raise Refused(422, {"file": _("The file holds no queue.")})  # noqa: TRY301 - one way out for all faults
            content = form.cleaned_data["queue"].read()
            brought = _bring_in(request, content)
        except Refused as refused:
            faults = list(refused.faults.values())
    context = {"brought": brought, "faults": faults}
    status = 422 if faults else 200
    return render(request, "surveys/officials/kiosk_import.html", context, status=status)


def _bring_in(request: OfficialRequest, content: bytes) -> rescue.Rescue:
    today = timezone.localdate()
    brought = rescue.bring_in(content, devices=request.reach.devices(), today=today)
    audit.record(
        Deed.BRING_IN,
        by=request.actor,
        to=brought.device,
        unit=brought.device.counter.unit_id,
        after={"stored": brought.stored, "known": brought.known},
    )
    return brought
