"""What the fuzzer does: schemathesis takes a second to import, and few processes need it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation import GenerationMode
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from results.api import OPENAPI

JUDGES = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
QUICK = settings(
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@cache
def _site() -> OpenApiSchema:
    described = schemathesis.openapi.from_dict(json.loads(OPENAPI.read_text(encoding="utf-8")))
    described.app = get_wsgi_application()
    return described


def try_out(operation: str, mode: str, known: dict[str, list[Any]], *, examples: int) -> None:
    """Send what an operation allows ("positive") or forbids ("negative"), and judge the replies.

    Args:
        known: what the API knows, by parameter or key.
    """
    # No feedback: else it looks for words worth a try in all modules of the site, for seconds.
    strategy = (
        _site()
        .find_operation_by_id(operation)
        .as_strategy(GenerationMode(mode), feedback=FeedbackSources())
    )

    @settings(QUICK, max_examples=examples)
    @given(case=strategy, data=st.data())
    def send(case: Any, data: st.DataObject) -> None:
        # Else no guess would ever get past an unknown name.
        for place, named in (("path", case.path_parameters), ("body", case.body)):
            if isinstance(named, dict) and not _is_forbidden(case, place):
                for name in sorted(named.keys() & known.keys()):
                    if data.draw(st.integers(0, 3)):
                        named[name] = data.draw(st.sampled_from(known[name]))
        case.headers["Accept-Encoding"] = "identity"
        if key := data.draw(st.sampled_from(known["Authorization"])):
            case.headers["Authorization"] = key
        reply = case.call()
        case.validate_response(reply, checks=JUDGES)

    send()


def _is_forbidden(case: Any, place: str) -> bool:
    """Return whether the fuzzer made a part of a request that the description forbids."""
    made = case.meta.components.get(ParameterLocation(place))
    return made is not None and made.mode == GenerationMode.NEGATIVE
