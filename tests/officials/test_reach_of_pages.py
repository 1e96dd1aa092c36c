"""Every address of the panel × every role × where it is held, from the URL configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from types import CellType
from typing import TypeAlias

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from surveys import officials
from surveys.bulk.import_views import SALT
from surveys.free_text.comments import Batch
from surveys.models import PaperBatch, Tier, Unit
from surveys.officials import FREE_PARTS, MARK, OBJECTS, Rule, panel_page
from surveys.people import signing_in
from surveys.people.account_import_views import SALT as PEOPLE_SALT
from surveys.rights.acts import ACTS, Act, Role
from surveys.rights.reach import Reach
from surveys.rights.roles import Rights
from surveys.units.map_change_views import SALT as MAP_SALT
from tests import make
from tests.officials.frames import frameless
from tests.officials.people import sign_in
from tests.officials.world import MARKED, World, world

pytestmark = pytest.mark.django_db

# The second entry is for anyone but who keyed the first, and `world` has the user key it.
NOT_FOR_WHO_KEYS = "second"
# Whether data are set aside is not for the unit they are of.
NOT_FOR_OWN_UNIT = {"set_aside", "take_back"}
NOT_FOR_ALL = {NOT_FOR_WHO_KEYS, *NOT_FOR_OWN_UNIT}
# Pages that tell of no unit: forms that ask, templates, questionnaires, drafts, recordings.
TELL_OF_NOBODY = {
    *("bring_in_queue", "import_template", "import_units", "served", "units_template", "preview"),
    *("draft", "draft_part", "draft_preview", "draft_texts", "draft_xlsform", "draft_yaml"),
    *("remove_draft", "questionnaires", "questionnaire_xlsform", "questionnaire_yaml"),
    *("paper_form", "paper_forms", "recording", "recording_editions", "recordings"),
    # Lists of what the world has none of, and pages before something is asked of them.
    *("import_accounts", "accounts_template", "new_counter", "stranded", "search"),
    "set_rule_aside",
}
# Signing in and out, and one's own account: shown without a role, and about no unit.
FOR_ANYONE = {
    "login",
    "second_step",
    "logout",
    "accept_invitation",
    "own_account",
    "password",
    "sign_out_others",
    "confirm",
    "second_factors",
    "add_app",
    "add_passkey",
    "remove_factor",
    "new_codes",
}


def panel_patterns() -> Iterator[URLPattern]:
    """Yield every address under /quan-tri/ but those of Django's own admin."""

    def walk(resolver: URLResolver, path: str) -> Iterator[tuple[str, URLPattern]]:
        for entry in resolver.url_patterns:
            here = path + str(entry.pattern)
            if isinstance(entry, URLPattern):
                yield here, entry
            elif entry.namespace != "admin":
                yield from walk(entry, here)

    for path, pattern in walk(get_resolver(), ""):
        if path.startswith("quan-tri/"):
            yield pattern


LookUp: TypeAlias = Callable[[Reach, object], Model | Batch]
PATTERNS = {str(pattern.name): pattern for pattern in panel_patterns()}


def rule_of(pattern: URLPattern) -> Rule:
    callback: Callable[..., HttpResponse] = pattern.callback
    rule = callback.__dict__.get(MARK)
    assert isinstance(rule, Rule), f"{pattern.name}: the view has no panel_page(Act. …)"
    return rule


def test_every_address_has_a_name_of_its_own() -> None:
    assert len(PATTERNS) == len(list(panel_patterns())) > 20


@pytest.mark.parametrize("name", PATTERNS)
def test_every_page_declares_its_act_and_its_parts(name: str) -> None:
    rule = rule_of(PATTERNS[name])
    assert rule.see or name in FOR_ANYONE
    assert not rule.see or door_of(name)
    unknown = set(PATTERNS[name].pattern.converters) - OBJECTS.keys() - FREE_PARTS
    assert not unknown, f"{name}: surveys.officials.OBJECTS does not look up {unknown}"


@dataclass(frozen=True)
class Asked:
    """An address of the panel, asked by one method for what an act allows."""

    name: str
    method: str
    rule: Rule
    act: Act

    @property
    def has_object(self) -> bool:
        return bool(PATTERNS[self.name].pattern.converters.keys() & OBJECTS.keys())

    def status(self, role: Role, at: Unit, there: World) -> int:
        """Return what a role at a place gets: 403, 404, or 200 for any page."""
        concerns_all = self.rule.nation and self.method == "post"
        if self.act not in ACTS[role] or (concerns_all and at.tier != Tier.NATION):
            return 403
        return 404 if at == there.outside and self.has_object else 200


ASKED = [
    Asked(name, method, rule, act)
    for method in ("get", "post")
    for name, rule in [(name, rule_of(pattern)) for name, pattern in PATTERNS.items()]
    if (act := rule.see if method == "get" else rule.change) is not None
]
PARTS = range(2)  # they run side by side


@pytest.fixture
def there() -> World:
    return world()


@pytest.fixture
def holders(there: World) -> Mapping[tuple[Role, Unit], User]:
    """Return somebody for every role at every place."""
    places = [there.inside, there.outside, there.above, make.nation()]
    return {
        (role, at): make.official(f"{role}-{at.code}", role=role, at=at)
        for role in Role
        for at in places
    }


# What runs before every page: it calls the page when who asks may come in.
GATE = panel_page(Act.OPEN_PANEL)(lambda _request: HttpResponse()).__code__


def door_of(name: str) -> CellType:
    """Return where the gate of an address keeps the page behind it."""
    callback = PATTERNS[name].callback
    assert callback.__code__ is GATE, f"{name}: panel_page is not its outermost decorator"
    doors: tuple[CellType, ...] = callback.__closure__ or ()
    return doors[GATE.co_freevars.index("view")]


@pytest.mark.parametrize("part", PARTS)
def test_only_who_may_comes_in_and_only_where(
    there: World,
    holders: Mapping[tuple[Role, Unit], User],
    part: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every address × role × place. Behind the gates stand empty pages: the next test sees them."""
    rights: dict[int | None, Rights] = {}  # what each of them holds is read once
    monkeypatch.setattr(
        officials, "Rights", lambda user, now: rights.setdefault(user.pk, Rights(user, now=now))
    )
    for name, look_up in OBJECTS.items():
        monkeypatch.setitem(officials.OBJECTS, name, remembered(look_up))
    monkeypatch.setattr(officials, "refused", lambda _request: HttpResponse(status=403))
    session = SessionStore()
    session[signing_in.CONFIRMED_AT] = timezone.now().timestamp()
    others = [
        (AnonymousUser(), 302),
        (User.objects.create(username="without a role"), 403),
        (User.objects.create(username="superuser", is_superuser=True), 200),
    ]
    faults = []
    for asked in ASKED[part :: len(PARTS)]:
        monkeypatch.setattr(door_of(asked.name), "cell_contents", lambda *_, **__: HttpResponse())
        address = address_of(asked.name, there)
        wanted = [(user, asked.status(role, at, there)) for (role, at), user in holders.items()]
        for user, status in [*others, *wanted]:
            request = getattr(RequestFactory(), asked.method)(address)
            request.user, request.session = user, session
            got = status_at_gate(request)
            if got != status:
                faults.append(f"{asked.method} {asked.name} as {user}: {got}, not {status}")

    assert not faults, "\n".join(faults)


def remembered(look_up: LookUp) -> LookUp:
    """Look up once for all who reach equally far: nothing else of them is asked."""
    known: dict[tuple[str, object], Model | Batch | None] = {}

    def find(reach: Reach, key: object) -> Model | Batch:
        asked = repr(reach), key
        if asked not in known:
            try:
                known[asked] = look_up(reach, key)
            except Http404:
                known[asked] = None
        if (found := known[asked]) is None:
            raise Http404
        return found

    return find


def status_at_gate(request: HttpRequest) -> int:
    found = resolve(request.path_info)
    try:
        reply: HttpResponse = found.func(request, **found.kwargs)
    except Http404:
        return 404
    assert leads_to_sign_in(reply) is (reply.status_code == 302)
    return reply.status_code


@pytest.mark.parametrize("part", PARTS)
def test_who_comes_in_gets_the_page_and_who_is_elsewhere_nothing_from_here(
    there: World,
    holders: Mapping[tuple[Role, Unit], User],
    part: int,
    pytestconfig: pytest.Config,
) -> None:
    """Every address as browsers ask: inside, outside where that shows something, and from above.

    Roles take turns, and so do those who look from above; in a long run all of them come. Every
    fourth page shows who is outside what all have around their own: nor does that tell of here.
    That there was something to tell shows inside.
    """
    everybody = bool(pytestconfig.getoption("long"))
    superuser = User.objects.create(username="superuser", is_superuser=True)
    sessions: dict[User, str] = {}
    nation = make.nation()
    faults, silent = [], set[str]()
    for number, asked in enumerate(ASKED[part :: len(PARTS)]):
        may = [role for role in Role if asked.act in ACTS[role]]
        in_turn = {(may[number % len(may)], at) for at in places(asked, there, nation, number)}
        for (role, at), user in holders.items():
            if everybody or (role, at) in in_turn:
                framed = at == there.outside and (everybody or number % 4 == 0)
                with nullcontext() if framed else frameless():
                    reply = ask(asked, there, user, sessions)
                if fault := unlike(reply, asked, role, at, there):
                    faults.append(f"{asked.method} {asked.name} as {user}: {fault}")
                if at == there.inside and is_read(reply) and not tells(reply):
                    silent.add(asked.name)
                if reply.status_code == 405:  # who asks, and from where, makes no difference
                    break
        if everybody or number % 9 == 0:
            reply = ask(asked, there, superuser, sessions)
            if fault := not_let_in(reply, asked.name):
                faults.append(f"{asked.method} {asked.name} as superuser: {fault}")

    assert not faults, "\n".join(faults)
    untold = silent - TELL_OF_NOBODY
    assert not untold, f"{MARKED} is not on {untold}: let `world` hold what they tell"


def places(asked: Asked, there: World, nation: Unit, number: int) -> set[Unit]:
    """Return where to look at a page from: its place, one beside it, and one above in its turn."""
    if asked.method == "post" and asked.rule.nation:
        return {nation}
    if asked.name in NOT_FOR_ALL:
        return {there.inside, there.outside, there.above, nation}
    found = {there.inside} if asked.has_object else {there.inside, there.outside}
    if asked.method == "get" and number % 2:
        found.add(there.above if number % 4 == 1 else nation)
    return found


def session_of(user: User) -> str:
    return sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value


def ask(asked: Asked, there: World, user: User, sessions: dict[User, str]) -> HttpResponse:
    """Return what a browser gets; what the page does is taken back before the next asks."""
    if user not in sessions:
        sessions[user] = session_of(user)
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = sessions[user]
    with transaction.atomic():
        PaperBatch.objects.update(keyed_by=user)
        data = posted(there, user) if asked.method == "post" else None
        reply: HttpResponse = getattr(client, asked.method)(address_of(asked.name, there), data)
        transaction.set_rollback(True)
    return reply


def unlike(reply: HttpResponse, asked: Asked, role: Role, at: Unit, there: World) -> str:
    """Return what is wrong with a reply to a role at a place; nothing when it is as it should."""
    if at == there.outside and tells(reply):
        return "shows what lies elsewhere"
    status = asked.status(role, at, there)
    if at == there.inside and asked.name in NOT_FOR_OWN_UNIT:
        status = 403
    if status == 200:
        return not_let_in(reply, asked.name)
    return "" if reply.status_code == status else f"{reply.status_code}, not {status}"


def is_read(reply: HttpResponse) -> bool:
    return reply.status_code == 200 and not reply.streaming


def tells(reply: HttpResponse) -> bool:
    """Return whether a reply tells something of the unit that has everything."""
    return not reply.streaming and MARKED.encode() in reply.content


def not_let_in(reply: HttpResponse, name: str) -> str:
    """Return how a page refused who may come in; nothing when it did not."""
    if name == NOT_FOR_WHO_KEYS:
        refused = reply.status_code != 403
    else:
        refused = reply.status_code in {403, 404} or reply.status_code >= 500
    return f"{reply.status_code}" if refused or leads_to_sign_in(reply) else ""


def leads_to_sign_in(reply: HttpResponseBase) -> bool:
    return str(reply.get("Location", "")).startswith("/quan-tri/dang-nhap/")


def posted(there: World, user: User) -> dict[str, str]:
    """Return what pages that refuse an empty form need to find their object."""
    ticket = ["no-such-file.csv", there.campaign.pk, user.pk]
    of_map = ["no-such-file.csv", user.pk]
    return {
        "ticket": signing.dumps(ticket, salt=SALT),
        "map_ticket": signing.dumps(of_map, salt=MAP_SALT),
        "people_ticket": signing.dumps(of_map, salt=PEOPLE_SALT),
    }


def address_of(name: str, there: World) -> str:
    parts = there.parts()
    named = PATTERNS[name].pattern.converters
    return reverse(f"officials:{name}", kwargs={part: parts[part] for part in named})
