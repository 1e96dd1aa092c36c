"""One search over all of the panel finds what lies within reach, and nothing else."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from surveys.models import Unit
from surveys.rights.acts import Role
from tests import make
from tests.officials.people import sign_in
from tests.officials.world import MARKED, World, world

pytestmark = pytest.mark.django_db

PAGE = "/quan-tri/tim/"


@pytest.fixture
def there() -> World:
    return world()


def found(role: Role, at: Unit, text: str) -> dict[str, list[str]]:
    """Return the names found by who holds a role somewhere, by the address of their list."""
    client = sign_in(Client(), make.official(f"{role}-{at.code}", role=role, at=at))
    groups = client.get(PAGE, {"q": text}).context["groups"]
    return {group.list_address.split("/")[2]: [hit.name for hit in group.hits] for group in groups}


def test_whatever_has_the_name_is_found_where_one_may_see_it(there: World) -> None:
    everything = {
        "dot": [f"Đợt {MARKED}"],
        "don-vi": [f"Xã Xã {MARKED}"],
        "quay": [f"Quầy {MARKED}"],
        "may": [f"Máy {MARKED}"],
        "nguoi-dung": [f"mai-{MARKED}"],
    }
    assert found(Role.ADMINISTRATOR, there.above, MARKED) == everything
    assert found(Role.ADMINISTRATOR, there.outside, MARKED) == {}
    del everything["nguoi-dung"]
    assert found(Role.VIEWER, there.inside, MARKED) == everything
    for without_marks in ("xa bimat", "05900", "dot bimat", "DOT-2026"):
        assert found(Role.VIEWER, there.inside, without_marks)


def test_nothing_is_looked_for_before_something_is_asked(
    there: World, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = sign_in(Client(), make.official("thu", at=there.above))

    assert client.get(PAGE).context["groups"] == []
    assert client.get(PAGE, {"q": "%"}).context["groups"] == []
    with django_assert_max_num_queries(20):
        client.get(PAGE, {"q": MARKED})
