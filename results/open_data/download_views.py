"""Files of published figures: HTTP around results.downloads."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse

from results.downloads.formats import BY_ADDRESS
from results.downloads.names import file_name
from results.models import MIXED, WHOLE_CAMPAIGN
from results.open_data.reading_limit import open_to_programs
from results.open_data.unit_replies import children_reply, unit_reply
from results.reading import public_campaigns
from results.reading.parts import part_of
from results.showing import pages
from results.showing.pages import UnitPage
from results.views import public
from surveys.models import Campaign, CampaignUnit


@open_to_programs
@public
def unit_file(request: HttpRequest, slug: str, code: str, name: str) -> HttpResponse:
    chosen = BY_ADDRESS.get(name)
    if chosen is None:
        raise Http404
    page = _page(slug, code, *part_of(request.GET))
    return attachment(chosen.make(page), chosen.content_type, file_name(page, chosen.ending))


@open_to_programs
@public
def unit_json(_request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Serve what the API says of a unit and of the units below it, of the headline only."""
    page = _page(slug, code)
    reply = {**unit_reply(page), "children": children_reply(page)["children"]}
    content = json.dumps(reply, ensure_ascii=False, indent=1).encode()
    return attachment(content, "application/json", file_name(page, ".json"))


def attachment(content: bytes, content_type: str, name: str) -> HttpResponse:
    """Return a file to keep; programs of any site may fetch it."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(slug: str, code: str, period: int = WHOLE_CAMPAIGN, channel: int = MIXED) -> UnitPage:
    try:
        return pages.unit_page(
            public_campaigns.find_campaign(slug), code, period=period, channel=channel
        )
    except (Campaign.DoesNotExist, CampaignUnit.DoesNotExist) as error:
        raise Http404 from error
