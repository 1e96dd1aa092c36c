"""A campaign that was never opened can be deleted; the log keeps that it was there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from surveys.models import AuditEntry, Campaign
from surveys.oversight import audit
from surveys.oversight.audit import COMMAND
from surveys.oversight.deeds import Deed
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/quan-tri/dot/nhap/xoa/"


@pytest.fixture
def draft() -> Campaign:
    make.nation()
    made = make.campaign(slug="nhap", opened=False)
    audit.record(Deed.CREATE_CAMPAIGN, by=COMMAND, to=made, campaign=made)
    return made


@pytest.fixture
def client() -> Client:
    return sign_in(Client(), make.official(role=Role.MANAGER))


def test_a_draft_is_deleted_after_being_asked_and_stays_in_the_log(
    client: Client, draft: Campaign
) -> None:
    assert client.get(ADDRESS).status_code == 200
    assert Campaign.objects.exists()

    assert client.post(ADDRESS).status_code == 302

    assert not Campaign.objects.exists()
    last = AuditEntry.objects.order_by("-number").first()
    assert last is not None
    assert (last.deed, (last.before or {})["slug"]) == ("campaign.remove", "nhap")
    assert audit.check().broken is None
    log = sign_in(Client(), make.official("soat")).get("/quan-tri/nhat-ky/")
    assert log.status_code == 200


def test_what_is_open_or_has_something_on_it_stays(client: Client, draft: Campaign) -> None:
    follower = make.campaign(slug="sau", previous=draft, opened=False)
    client.post(ADDRESS)
    assert Campaign.objects.filter(pk=draft.pk).exists()

    make.official("rieng", role=Role.VIEWER, campaign=follower)
    client.post("/quan-tri/dot/sau/xoa/")
    opened = make.campaign(slug="mo", opens_on=timezone.localdate())
    client.post("/quan-tri/dot/mo/xoa/")

    assert set(Campaign.objects.values_list("pk", flat=True)) == {draft.pk, follower.pk, opened.pk}
    assert not AuditEntry.objects.filter(deed="campaign.remove").exists()
