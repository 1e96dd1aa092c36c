"""Where a citizen looks for a receipt code: HTTP around results.bundles.receipt_lists."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from results.bundles import receipt_lists
from results.bundles.receipt_lists import Proof
from results.bundles.shelf import FrozenRelease
from results.open_data.reading_limit import seconds_to_wait
from results.reading import public_campaigns
from results.reading.snapshot import snapshot
from results.views import public
from surveys.counters import receipt_codes
from surveys.models import Campaign

LONGEST = 40


# No cookie says who is asking, so there is nothing a page of another site could misuse.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest, slug: str) -> HttpResponse:
    """Show where to type a code; a posted one is looked for, and never in an address or a log."""
    if request.method != "POST":
        return _asked(request, slug)
    # A code cannot be guessed; who tries all the same costs us a little less.
    if seconds := seconds_to_wait(request):
        return HttpResponse(status=429, headers={"Retry-After": str(seconds)})
    with snapshot():
        response = _looked_for(request, slug)
    response["Cache-Control"] = "no-store"
    return response


@public
def _asked(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _campaign(slug)
    return _page(request, campaign, receipt_lists.newest_with_receipts(campaign))


def _looked_for(request: HttpRequest, slug: str) -> HttpResponse:
    campaign = _campaign(slug)
    typed = request.POST.get("ma", "")[:LONGEST].strip()
    code = receipt_codes.corrected(typed)
    release = receipt_lists.newest_with_receipts(campaign)
    if code is None:
        return _page(request, campaign, release, typed=typed, mistyped=True)
    proof = receipt_lists.proof_of(release, code) if release else None
    return _page(request, campaign, release, typed=code, proof=proof)


def _page(
    request: HttpRequest,
    campaign: Campaign,
    release: FrozenRelease | None,
    *,
    typed: str = "",
    mistyped: bool = False,
    proof: Proof | None = None,
) -> HttpResponse:
    context = {
        "campaign": campaign,
        "release": release.frozen if release else None,
        "typed": typed,
        "mistyped": mistyped,
        "proof": proof,
        "list_path": receipt_lists.path_of(proof.list_number) if proof else "",
    }
    status = 422 if mistyped else 200
    return render(request, "results/receipt.html", context, status=status)


def _campaign(slug: str) -> Campaign:
    try:
        campaign = public_campaigns.find_campaign(slug)
    except Campaign.DoesNotExist as error:
        raise Http404 from error
    if not campaign.receipts:
        raise Http404
    return campaign
