"""Tags, outcomes and terms into the database, and the pages' ties to them."""

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models
from wagtail.models import ModelLogEntry, Page

from cms.models import (
    ModuleOutcome,
    Outcome,
    OutcomeCode,
    RoleReading,
    ServiceKind,
    SurveyItem,
    SurveyItemWording,
    Tag,
)
from cms.portable.problems import FileProblem, PortableError
from cms.portable.snippets import Snippets
from curriculum.models import Term

NAMES: dict[str, tuple[type[models.Model], str]] = {
    "tags": (Tag, "slug"),
    "outcomes": (Outcome, "key"),
    "module_outcomes": (Outcome, "key"),
    "kinds": (ServiceKind, "slug"),
    "readings": (Page, "translation_key"),
}
# Ties with an order of their own: the model of their rows, and its field for what is tied to.
ORDERED: dict[str, tuple[type[models.Model], str]] = {
    "module_outcomes": (ModuleOutcome, "outcome"),
    "readings": (RoleReading, "page"),
}


def load_snippets(found: Snippets, *, only_new: bool = False) -> list[str]:
    """Make the database say what the files say. Gives the names of those that somebody has edited
    on the site, which are left as they are; with `only_new` whatever is here already is. Raises
    PortableError."""
    kept = _load(Tag, "slug", found.tags, "tags.yaml", only_new)
    kept += _load(Term, "slug", found.terms, "glossary.yaml", only_new)
    kept += _load_survey_items(found.survey_items, only_new)
    texts = {key: {"text": row["text"]} for key, row in found.outcomes.items()}
    edited = _load(Outcome, "key", texts, "outcomes", only_new)
    for key, row in found.outcomes.items():
        if key not in edited:
            _load_codes(Outcome.objects.get(key=key), row["codes"])
    return kept + edited


def _load(
    model: type[models.Model], name: str, rows: dict[str, Any], file: str, only_new: bool
) -> list[str]:
    known = _by_name(model, name, rows)
    edited = set(
        ModelLogEntry.objects.exclude(user=None)
        .filter(
            content_type=ContentType.objects.get_for_model(model),
            object_id__in=[str(row.pk) for row in known.values()],
        )
        .values_list("object_id", flat=True)
    )
    kept = []
    for key, fields in rows.items():
        row = known.get(key) or model(**{name: key})
        if row.pk and (only_new or str(row.pk) in edited):
            kept.append(key)
        elif row.pk is None or any(getattr(row, f) != value for f, value in fields.items()):
            _store(row, fields, f"{key}: ", file)
    return kept


def _by_name(model: type[models.Model], name: str, names: Iterable[str]) -> dict[str, Any]:
    found = model._default_manager.filter(**{f"{name}__in": list(names)})
    return {str(getattr(row, name)): row for row in found}


def _store(row: models.Model, fields: dict[str, Any], where: str, file: str) -> None:
    for field, value in fields.items():
        setattr(row, field, value)
    try:
        row.full_clean()
    except ValidationError as error:
        raise PortableError([FileProblem(file, 0, where + " ".join(error.messages))]) from error
    row.save()


def _load_survey_items(rows: dict[str, dict[str, Any]], only_new: bool) -> list[str]:
    """Items with their wordings."""
    file = "survey-items.yaml"
    plain = {
        key: {name: value for name, value in row.items() if name != "wordings"}
        for key, row in rows.items()
    }
    kept = _load(SurveyItem, "key", plain, file, only_new)
    for item in SurveyItem.objects.filter(key__in=set(rows) - set(kept)):
        wanted = rows[item.key]["wordings"]
        if [(row.who, row.text) for row in item.wordings.all()] == wanted:
            continue
        SurveyItemWording.objects.filter(item=item).delete()
        for number, (who, text) in enumerate(wanted):
            row = SurveyItemWording(item=item, sort_order=number)
            _store(row, {"who": who, "text": text}, f"{item.key}: ", file)
    return kept


def _load_codes(outcome: Outcome, codes: list[tuple[str, str]]) -> None:
    rows = [(code.framework, code.code) for code in outcome.codes.all()]
    if rows != codes:
        outcome.codes.all().delete()
        OutcomeCode.objects.bulk_create(
            OutcomeCode(outcome=outcome, framework=framework, code=code, sort_order=n)
            for n, (framework, code) in enumerate(codes)
        )


# ── Ties of pages ─────────────────────────────────────────────────────────
def relate(page: Any, related: dict[str, list[str]]) -> None:
    """Tie a page to these; saving the page stores it."""
    for name, keys in related.items():
        model, key = NAMES[name]
        rows = _by_name(model, key, keys)
        chosen = [rows[wanted] for wanted in keys if wanted in rows]
        if name in ORDERED:
            row, field = ORDERED[name]
            chosen = [row(**{field: one}, sort_order=n) for n, one in enumerate(chosen)]
        setattr(page, name, chosen)


def related_of(page: Any) -> dict[str, list[str]]:
    """What a page is tied to, by name; in an order of its own only where the page has one."""
    found: dict[str, list[str]] = {}
    for name, (_, key) in NAMES.items():
        if not hasattr(page, name):
            continue
        rows = list(getattr(page, name).all())
        if name in ORDERED:
            found[name] = [str(getattr(getattr(row, ORDERED[name][1]), key)) for row in rows]
        else:
            found[name] = sorted(str(getattr(row, key)) for row in rows)
    return found
