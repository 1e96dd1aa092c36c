"""The way of a message: source → catalogue → what users read, without GNU gettext."""

from __future__ import annotations

from pathlib import Path

import django
import polib
import pytest
from django.template import Context, Engine
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, override, pgettext
from pytest_django import Settings

import config
from config.catalogues import compile_catalogues
from config.messages import Key, Message, faults, find_messages, update

PYTHON = '''
"""_("not in a docstring")"""
# _("not in a comment")
from django.utils.translation import gettext_lazy as _, ngettext, npgettext_lazy, pgettext

plain = _("Plain")
long = _(
    "Said in "
    'two parts'
)
counted = ngettext("%(n)d sheet", "%(n)d sheets", n) % {"n": n}
of_a_year = pgettext("month", "May")
of_a_law = pgettext("permission", "May")
both = npgettext_lazy("paper", "%(n)d sheet", "%(n)d sheets", n)
unknown = _(variable)
quoted = _("He said \\"no\\"\\n")
'''

EXTENDS = '{% extends "base.html" %}'
TEMPLATE = """
    {% extends "base.html" %}{% load i18n %}
<p class="a" title="{% translate 'In an attribute' %}">{% translate "Simple" %}</p>
   {% translate "May" context "month" %}
  {% if x %} if ( x {% endif %} it's "
 {% blocktranslate trimmed with name=unit.name %}
    About <b>{{ name }}</b>
    and 100% more
 {% endblocktranslate %}
{% blocktranslate count n=sheets|length trimmed %}
  One sheet{% plural %}{{ n }} sheets
{% endblocktranslate %}
{% include "x.html" with title=_("As an argument") %}
{{ value|default:_("As a default") }}
{# {% translate "not in a comment" %} #}
{% comment %}{% translate "nor here" %}{% endcomment %}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "static").mkdir()
    (tmp_path / "app" / "module.py").write_text(PYTHON, encoding="utf-8")
    (tmp_path / "app" / "templates" / "page.html").write_text(TEMPLATE, encoding="utf-8")
    (tmp_path / "app" / "static" / "page.html").write_text('{% translate "not from here" %}')
    (tmp_path / "other.py").write_text('_("nor from outside")')
    return tmp_path


def keys(project: Path) -> list[tuple[str, str, str]]:
    found = find_messages(project, ["app"])
    return [(message.context, message.text, message.plural) for message in found.values()]


def test_every_message_is_found_and_nothing_else(project: Path) -> None:
    assert keys(project) == [
        ("", "Plain", ""),
        ("", "Said in two parts", ""),
        ("", "%(n)d sheet", "%(n)d sheets"),
        ("month", "May", ""),
        ("permission", "May", ""),
        ("paper", "%(n)d sheet", "%(n)d sheets"),
        ("", 'He said "no"\n', ""),
        ("", "In an attribute", ""),
        ("", "Simple", ""),
        ("", "About <b>%(name)s</b> and 100%% more", ""),
        ("", "One sheet", "%(n)s sheets"),
        ("", "As an argument", ""),
        ("", "As a default", ""),
    ]


def test_a_message_names_every_file_it_stands_in(project: Path) -> None:
    (project / "app" / "another.py").write_text('_("Plain"); _("Plain")')

    found = find_messages(project, ["app"])

    assert found["", "Plain"].files == ("app/another.py", "app/module.py")
    assert found["month", "May"].files == ("app/module.py", "app/templates/page.html")


def test_what_is_found_is_what_pages_ask_for(project: Path, settings: Settings) -> None:
    # Each message becomes itself in brackets: whatever a page then shows bare was not found.
    catalogue = polib.POFile()
    update(catalogue, find_messages(project, ["app"]))
    for entry in catalogue:
        entry.msgstr = f"[{entry.msgid}]" if not entry.msgid_plural else ""
        entry.msgstr_plural = {0: f"[{entry.msgid_plural}]"} if entry.msgid_plural else {}
    path = project / "locale" / "vi" / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    catalogue.save(str(path))
    compile_catalogues(project / "locale")
    settings.LOCALE_PATHS = [project / "locale"]

    engine = Engine(
        loaders=[
            (
                "django.template.loaders.locmem.Loader",
                {"x.html": "{{ title }}", "page.html": TEMPLATE.replace(EXTENDS, "")},
            )
        ],
        libraries={"i18n": "django.templatetags.i18n"},
        builtins=["django.templatetags.i18n"],
    )
    context = Context({"unit": {"name": "Phú Bình"}, "sheets": "ab", "value": ""})
    with override("vi"):
        shown = " ".join(engine.get_template("page.html").render(context).split())

        assert shown == (
            '<p class="a" title="[In an attribute]">[Simple]</p> [May] it\'s "'
            " [About <b>Phú Bình</b> and 100% more] [2 sheets] [As an argument] [As a default]"
        )
        assert _("Said in two parts") == "[Said in two parts]"
        assert ngettext("%(n)d sheet", "%(n)d sheets", 1) == "[%(n)d sheets]"
        assert pgettext("permission", "May") == "[May]"
        assert npgettext("paper", "%(n)d sheet", "%(n)d sheets", 1) == "[%(n)d sheets]"


def catalogue_of(*entries: polib.POEntry) -> polib.POFile:
    catalogue = polib.POFile()
    catalogue.extend(entries)
    return catalogue


def test_an_update_adds_keeps_and_takes_out(project: Path) -> None:
    catalogue = catalogue_of(
        polib.POEntry(msgid="Gone", msgstr="Đã bỏ"),
        polib.POEntry(msgid="Plain", msgstr="Thường", comment="checked"),
        polib.POEntry(msgid="One sheet", msgstr="Một phiếu"),
        polib.POEntry(msgid="May", msgstr="tháng Năm", msgctxt="month"),
        polib.POEntry(msgid="Simple", msgstr="Cũ", obsolete=True),
    )
    messages = find_messages(project, ["app"])

    update(catalogue, messages)

    assert [(e.msgctxt or "", e.msgid, e.msgid_plural) for e in catalogue] == keys(project)
    entries = {(e.msgctxt or "", e.msgid): e for e in catalogue}
    assert (entries["", "Plain"].msgstr, entries["", "Plain"].comment) == ("Thường", "checked")
    assert entries["", "One sheet"].msgstr_plural == {0: "Một phiếu"}
    assert entries["month", "May"].msgstr == "tháng Năm"
    assert entries["permission", "May"].msgstr == entries["", "Simple"].msgstr == ""
    assert entries["month", "May"].occurrences == [
        ("app/module.py", ""),
        ("app/templates/page.html", ""),
    ]


def test_an_update_of_an_update_changes_nothing(project: Path, tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    catalogue = polib.POFile()
    update(catalogue, find_messages(project, ["app"]))
    catalogue.save(str(path))
    first = path.read_bytes()

    again = polib.pofile(str(path))
    update(again, find_messages(project, ["app"]))
    again.save(str(path))

    assert path.read_bytes() == first


NAMED = Message("", "From %(first)s to <b>%(last)s</b>", "", ("app/module.py",))
COUNTED = Message("", "%(n)d sheet", "%(n)d sheets", ("app/module.py",))


def entry_of(message: Message, *texts: str, **more: object) -> polib.POEntry:
    entry = polib.POEntry(
        msgid=message.text, msgid_plural=message.plural, msgctxt=message.context or None, **more
    )
    if message.plural:
        entry.msgstr_plural = dict(enumerate(texts))
    else:
        (entry.msgstr,) = texts
    return entry


@pytest.mark.parametrize(
    ("message", "entry", "fault"),
    [
        (NAMED, None, "is missing"),
        (NAMED, entry_of(NAMED, ""), "is not translated"),
        (COUNTED, entry_of(COUNTED, ""), "is not translated"),
        (COUNTED, entry_of(COUNTED), "needs one plural form"),
        (COUNTED, entry_of(COUNTED, "%(n)d tờ", "%(n)d tờ"), "needs one plural form"),
        (None, entry_of(NAMED, "Từ %(first)s đến <b>%(last)s</b>"), "is used nowhere"),
        (
            NAMED,
            entry_of(NAMED, "Từ %(first)s đến <b>%(last)s</b>", flags=["fuzzy"]),
            "is fuzzy",
        ),
        (COUNTED, polib.POEntry(msgid="%(n)d sheet", msgstr="%(n)d tờ"), "has another plural"),
        (NAMED, entry_of(NAMED, "Từ %(first)s đến <b>%(lst)s</b>"), "other placeholders or tags"),
        (NAMED, entry_of(NAMED, "Từ %(first)s đến <b>%(last)d</b>"), "other placeholders or tags"),
        (NAMED, entry_of(NAMED, "Từ %(first)s đến %(last)s"), "other placeholders or tags"),
        (NAMED, entry_of(NAMED, "Từ %(first) s đến <b>%(last)s</b>"), "other placeholders or tags"),
        (COUNTED, entry_of(COUNTED, "Các tờ"), "other placeholders or tags"),
        (
            NAMED,
            entry_of(NAMED, "Tu\u031b\u0300 %(first)s đến <b>%(last)s</b>"),
            "composed letters",
        ),
    ],
)
def test_what_is_incomplete_is_named(
    message: Message | None, entry: polib.POEntry | None, fault: str
) -> None:
    messages: dict[Key, Message] = {message.key: message} if message else {}

    (found,) = faults(catalogue_of(*([entry] if entry else [])), messages)

    assert fault in found


@pytest.mark.parametrize(
    ("message", "texts"),
    [
        (NAMED, ["<b>%(last)s</b> là ngày cuối, %(first)s là ngày đầu, 100 % số phiếu"]),
        (COUNTED, ["%(n)d phiếu"]),
        (Message("", "95%% interval", "", ("a",)), ["Khoảng tin cậy 95%%"]),
        (Message("", "{n} of {total}", "", ("a",)), ["{n} trên {total}"]),
    ],
)
def test_a_complete_catalogue_has_no_fault(message: Message, texts: list[str]) -> None:
    assert faults(catalogue_of(entry_of(message, *texts)), {message.key: message}) == []


def test_what_is_taken_from_django_is_djangos_and_not_translated_there() -> None:
    borrowed = [
        key
        for key, message in find_messages(Path(config.__path__[0]).parent, ["config"]).items()
        if "config/django_messages.py" in message.files
    ]
    folder = Path(django.__path__[0])
    known: set[Key] = set()
    translated: set[Key] = set()
    for source in folder.rglob("locale/en/LC_MESSAGES/django.po"):
        known |= {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(source))}
        theirs = source.parents[2] / "vi" / "LC_MESSAGES" / "django.po"
        if theirs.exists():
            translated |= {
                (entry.msgctxt or "", entry.msgid)
                for entry in polib.pofile(str(theirs)).translated_entries()
            }

    assert borrowed
    assert [key for key in borrowed if key not in known] == []
    assert [key for key in borrowed if key in translated] == []
