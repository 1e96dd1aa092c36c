"""Pages of the panel without what all of them have around their own: half of what each costs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from django.template import Template
from django.template.loader_tags import ExtendsNode

# Every block that a page of the panel fills itself.
BLOCKS = ("title", "head", "trail", "crumbs", "content", "scripts")
OWN = "".join(f"{{% block {name} %}}{{% endblock %}}" for name in BLOCKS)


@cache
def nothing_around() -> Template:
    return Template(OWN)


@contextmanager
def frameless() -> Iterator[None]:
    """Render of each page only what is its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ExtendsNode, "get_parent", lambda *_: nothing_around())
        yield
