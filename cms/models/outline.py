"""Telling `curriculum` what belongs where, as the page tree stands published now."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.apps import apps
from django.db import transaction
from wagtail.models import Page

from cms.models.settings import allows_unreviewed
from curriculum.domain.outline import ActivityPlan, ModulePlan, ProgrammePlan, synchronise
from curriculum.models import Activity, Programme
from curriculum.queries.signoffs import signed_off

PROGRAMME_DEPTH = 3  # root, home, programme


_waiting: ContextVar[set[int] | None] = ContextVar("programmes that wait", default=None)


@contextmanager
def synchronised_at_the_end() -> Iterator[None]:
    """While many pages are published or moved: each programme is brought in step once, at the end.
    Where that fails nothing is: who calls this takes everything back. Not to be nested."""
    programmes: set[int] = set()
    token = _waiting.set(programmes)
    try:
        yield
    finally:
        _waiting.reset(token)
    for programme in apps.get_model("cms", "ProgrammePage").objects.filter(pk__in=programmes):
        synchronise_programme(programme)


def synchronise_around(page: Page, *, without: str | None = None) -> None:
    """Bring the record of the programme that holds `page` in step with the tree.

    `without` is the tree path of a page that leaves: it and what is under it count as gone.
    """
    if page.depth < PROGRAMME_DEPTH:
        return
    path = page.path[: PROGRAMME_DEPTH * Page.steplen]
    programme = apps.get_model("cms", "ProgrammePage").objects.filter(path=path).first()
    if programme is None:
        return
    waiting = _waiting.get()
    if waiting is None or without is not None:
        synchronise_programme(programme, without=without)
    else:
        waiting.add(programme.pk)


@transaction.atomic
def synchronise_programme(programme: Any, *, without: str | None = None) -> Programme:
    """Read the tree under a programme and make the record say the same."""
    if not programme.live or _is_under(programme.path, without):
        return close_programme(programme)
    return _record(programme, is_live=True, modules=tuple(_modules(programme, without)))


def close_programme(programme: Any) -> Programme:
    """The programme's page is gone: nothing in it is offered any more. Its records stay."""
    return _record(programme, is_live=False, modules=())


def _record(programme: Any, *, is_live: bool, modules: tuple[ModulePlan, ...]) -> Programme:
    return synchronise(
        ProgrammePlan(
            key=programme.translation_key,
            title=programme.title,
            covers=tuple(child.value for child in programme.covers),
            certificate_scope=programme.certificate_scope,
            is_live=is_live,
            modules=modules,
        )
    )


def synchronise_everything() -> None:
    """Every programme; for a change of a setting that decides what learners see."""
    for programme in apps.get_model("cms", "ProgrammePage").objects.all():
        synchronise_programme(programme)


def _modules(programme: Any, without: str | None) -> Any:
    activities = _activities(programme, without)
    pages = apps.get_model("cms", "ModulePage").objects.child_of(programme).live()
    for path, key, is_required in pages.values_list("path", "translation_key", "is_required"):
        if not _is_under(path, without):
            inside = tuple(plan for below, plan in activities if below.startswith(path))
            yield ModulePlan(key, is_required, inside)


def _activities(programme: Any, without: str | None) -> list[tuple[str, ActivityPlan]]:
    """The activities that learners may see, by tree path, in the tree's order."""
    from cms.models.base import ActivityPage

    rows: list[tuple[str, Any, bool]] = []
    for model in apps.get_app_config("cms").get_models():
        if issubclass(model, ActivityPage):
            found = model.objects.descendant_of(programme).live()
            rows += found.values_list("path", "translation_key", "is_required")
    visible = _visible({key for _, key, _ in rows})
    return [
        (path, ActivityPlan(key, is_required))
        for path, key, is_required in sorted(rows)
        if key in visible and not _is_under(path, without)
    ]


def _visible(keys: set[Any]) -> set[Any]:
    """Those with an edition that the site's rule on review lets learners see."""
    known = Activity.objects.filter(key__in=keys).exclude(current_edition=None)
    if allows_unreviewed():
        return set(known.values_list("key", flat=True))
    rows = {
        (pk, digest): key
        for pk, digest, key in known.values_list("pk", "current_edition__digest", "key")
    }
    return {rows[content] for content, approvals in signed_off(rows).items() if approvals}


def _is_under(path: str, without: str | None) -> bool:
    return without is not None and path.startswith(without)
