"""What can be typed into forms of the panel reaches no further than its pages do."""

from __future__ import annotations

import json

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from surveys.campaigns.campaign_tree import open_campaign
from surveys.kiosks import devices
from surveys.models import (
    AuditEntry,
    Campaign,
    Counter,
    Device,
    PairingCode,
    PaperBatch,
    RoleGrant,
    Unit,
)
from surveys.rights.acts import Role
from tests import make
from tests.answering import Reply
from tests.officials.people import sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def province() -> Unit:
    return make.province("Thái Nguyên", code="19")


@pytest.fixture
def inside(province: Unit) -> Counter:
    return make.counter(make.commune("Phú Bình", code="05900", parent=province))


@pytest.fixture
def outside(province: Unit) -> Counter:
    return make.counter(make.commune("Phú Lương", code="05901", parent=province))


@pytest.fixture
def campaign(inside: Counter, outside: Counter) -> Campaign:
    """A campaign that asks at both, so that its tree alone keeps nobody out."""
    made = make.campaign(slug="dot-2026", opens_on=timezone.localdate(), opened=False)
    Campaign.objects.update(closes_on=timezone.localdate())
    open_campaign(made)
    return made


@pytest.fixture
def mai(inside: Counter) -> Client:
    return sign_in(Client(), make.official("mai", role=Role.MANAGER, at=inside.unit))


def test_a_kiosk_is_paired_at_a_counter_of_one_s_own(
    mai: Client, inside: Counter, outside: Counter
) -> None:
    assert mai.post("/quan-tri/may/", {"counter": outside.code}).context["form"].errors
    assert not PairingCode.objects.exists()
    assert mai.post("/quan-tri/may/", {"counter": inside.code}).context["code"]
    assert AuditEntry.objects.get().unit == inside.unit


def test_a_queue_is_brought_in_of_a_kiosk_of_one_s_own(
    mai: Client, inside: Counter, outside: Counter
) -> None:
    def bring(counter: Counter) -> Reply:
        now = timezone.now()
        code = devices.make_pairing_code(counter, made_by_id=make.official("khac").pk, now=now)
        _device, key = devices.pair(counter.pk, code, name="Máy", now=now)
        file = SimpleUploadedFile("q.json", json.dumps({"key": key, "sheets": []}).encode())
        return mai.post("/quan-tri/may/nhap/", {"queue": file})

    assert bring(outside).status_code == 422
    assert bring(inside).status_code == 200
    assert AuditEntry.objects.get().key == str(Device.objects.get(counter=inside).pk)


@pytest.mark.usefixtures("campaign")
def test_a_pile_is_of_a_counter_of_one_s_own(
    mai: Client, inside: Counter, outside: Counter
) -> None:
    header = {
        "campaign": "dot-2026",
        "answered_on": timezone.localdate().isoformat(),
        "handed_out": 2,
        "collected": 1,
    }

    assert mai.post("/quan-tri/giay/moi/", {**header, "counter": outside.code}).status_code == 422
    assert mai.post("/quan-tri/giay/moi/", {**header, "counter": inside.code}).status_code == 302
    assert PaperBatch.objects.get().counter == inside


@pytest.mark.usefixtures("campaign", "outside")
@pytest.mark.parametrize(("code", "status"), [("05900", 200), ("05901", 422), ("19", 422)])
def test_posters_are_of_units_of_one_s_own(mai: Client, code: str, status: int) -> None:
    asked = {"campaign": "dot-2026", "unit": code, "size": "a4", "language": "vi"}

    assert mai.get("/quan-tri/ap-phich/", asked).status_code == status


@pytest.mark.usefixtures("campaign", "outside")
@pytest.mark.parametrize(("code", "status"), [("05900", 200), ("05901", 404), ("vn", 404)])
def test_a_paper_form_names_a_unit_of_one_s_own(mai: Client, code: str, status: int) -> None:
    asked = {"campaign": "dot-2026", "unit": code}

    assert mai.get("/quan-tri/phieu-giay/mau/tiny@1/vi/", asked).status_code == status


@pytest.mark.usefixtures("campaign", "outside")
@pytest.mark.parametrize(("code", "status"), [("05900", 200), ("05901", 422), ("19", 422)])
def test_rows_are_imported_about_units_of_one_s_own(mai: Client, code: str, status: int) -> None:
    text = f"unit_code,answered_on,channel,c01\n{code},{timezone.localdate()},paper,3\n"
    file = SimpleUploadedFile("phieu.csv", text.encode())

    reply = mai.post("/quan-tri/nhap-tep/", {"campaign": "dot-2026", "file": file})

    assert reply.status_code == status
    if status == 422:
        assert [fault.column for fault in reply.context["refused"].faults] == ["unit_code"]


@pytest.mark.usefixtures("campaign", "outside")
def test_one_chooses_to_look_at_units_and_campaigns_of_one_s_own(mai: Client) -> None:
    page = "/quan-tri/pham-vi/"
    assert mai.post(page, {"unit": "05901"}).status_code == 422
    assert mai.post(page, {"unit": "", "campaign": "khac"}).status_code == 422

    reply = mai.post(page, {"unit": "05900", "campaign": "dot-2026", "next": "/quan-tri/may/"})

    assert reply["Location"] == "/quan-tri/may/"
    panel = mai.get("/quan-tri/").wsgi_request.panel  # type: ignore[attr-defined]
    assert panel.unit.unit.code == "05900"
    assert panel.campaign.slug == "dot-2026"


@pytest.mark.usefixtures("campaign", "outside")
def test_what_was_chosen_is_dropped_with_the_role(mai: Client) -> None:
    mai.post("/quan-tri/pham-vi/", {"unit": "05900", "campaign": "dot-2026"})
    user = User.objects.get(username="mai")
    RoleGrant.objects.filter(user=user).update(ends_at=timezone.now())
    make.grant(user, Role.VIEWER, make.commune("Khác"))

    panel = mai.get("/quan-tri/").wsgi_request.panel  # type: ignore[attr-defined]

    assert panel.unit is None
    assert panel.chosen_campaign is None
