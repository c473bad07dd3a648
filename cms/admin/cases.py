"""What an author of a case has beside the editor: its map, and trying it without a record."""

import contextlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cms.admin.drafts import own_draft
from cms.admin.trying import trying
from cms.models import CasePage
from cms.models.panels import case_map_context
from curriculum.domain import cases
from curriculum.enums import Voice
from curriculum.exports.stages import moment_of


@never_cache
@require_GET
def case_map(request: HttpRequest, page: int) -> HttpResponse:
    """The map of the draft as last saved, for the panel to put in its place."""
    return render(
        request, "cms/admin/case/map.html", case_map_context(own_draft(request, page, CasePage))
    )


@never_cache
@require_GET
def case_play(request: HttpRequest, page: int) -> HttpResponse:
    """Play the draft from any scene. The road is in the address; nothing is recorded.

    A draft may be unsound: where its road breaks off, the page says so.
    """
    draft = own_draft(request, page, CasePage)
    frozen = draft.freeze()
    case, moment = frozen.content, None
    foresee = Voice.GP if request.GET.get("as") == "social-care" else Voice.SOCIAL_WORKER
    # No scene, no such choice, or a choice that leads nowhere yet.
    with contextlib.suppress(cases.NotOffered, LookupError):
        moment = moment_of(case, request.GET, counterpart=foresee)
    return render(
        request,
        "cms/pages/case_play.html",
        {
            "page": draft,
            "case": case,
            "moment": moment,
            "trying": trying(draft, request.user),
            "draft_media": {sha: file.url for sha, file in frozen.files.items()},
        },
    )
