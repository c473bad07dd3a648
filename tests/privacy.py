"""One row of everything that is about a person, with a word of its own in every field that speaks,
and a look through the whole database and all files for those words."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection, models
from django.db.models.fields.files import FileField

from curriculum import clock
from curriculum.models import User
from curriculum.privacy.erasure import rows_about
from curriculum.privacy.registry import About, Held, Overwrite, Sort, personal

SPEAKING = (Sort.NAME, Sort.WORDS, Sort.CLOSED)
_numbers = itertools.count(1)

# What the database insists on beyond a value in every required field.
NOW = {"now": True}
WANTED: dict[str, dict[str, Any]] = {
    "curriculum.Closure": {"way": "own", "erased_at": NOW},
    "curriculum.Completion": {"basis": "credited"},
    "curriculum.Feedback": {"sent_at": NOW, "text": "x"},
    "curriculum.NameRequest": {"state": "declined", "note": "x", "answered_at": NOW},
    "curriculum.Job": {"state": "done", "ended_at": NOW},
    "curriculum.Adjustment": {"undone_at": NOW, "reason": "x"},
    "curriculum.Exemplar": {"accepted_at": NOW},
    "curriculum.ProblemReport": {"state": "answered", "answered_at": NOW, "answer": "x"},
    "curriculum.Invitation": {"asked_at": NOW},
    "curriculum.Attendance": {"way": "list"},
    "curriculum.Meeting": {"place": "x", "ends_at": "later"},
    "curriculum.SignOff": {"withdrawn_at": NOW},
    "cms.Suggestion": {"state": "accepted", "answered_at": NOW},
    "cms.Review": {"closed_at": NOW},
    "cms.EntryReport": {"settled_at": NOW},
    "curriculum.Reminder": {"skipped": ""},
    "curriculum.Certificate": {"state": "revoked", "ended_at": NOW},
}
# Pointers at people that must be there, though the field itself may be empty.
BOTH: dict[str, tuple[str, ...]] = {
    "curriculum.Closure": ("asked_by",),
    "curriculum.Completion": ("actor", "edition"),
    "curriculum.NameRequest": ("answered_by",),
    "curriculum.Adjustment": ("undone_by",),
    "curriculum.Exemplar": ("checked_by",),
    "curriculum.Invitation": ("asked_by",),
    "curriculum.Attendance": ("recorded_by",),
    "curriculum.ProblemReport": ("learner", "answered_by"),
    "curriculum.SignOff": ("withdrawn_by",),
    "cms.Suggestion": ("answered_by",),
    "cms.Review": ("closed_by",),
    "cms.EntryReport": ("practice", "settled_by"),
}


def marker() -> str:
    return f"zq{next(_numbers):05d}qz"


class World:
    """Rows about one person, in every way that the register knows; everybody else is `other`."""

    def __init__(self, person: User, other: User, page: Any) -> None:
        self.person, self.other, self.page = person, other, page
        self.made: dict[tuple[str, str], Any] = {}

    def row(self, label: str, path: str = "") -> Any:
        """The row of this model that leads to the person by this path; without one, any."""
        if path == "pk":
            return self.person
        if label == "wagtailcore.Page":
            type(self.page).objects.filter(pk=self.page.pk).update(**{path: self.person})
            return self.page
        if (label, path) not in self.made:
            self.made[label, path] = self._make(apps.get_model(label), path)
        return self.made[label, path]

    def without(self, label: str, path: str, field: str) -> Any:
        """Another such row, beside others of its own, in which this field is empty."""
        return World(self.person, self.other, self.page)._make(
            apps.get_model(label), path, **{field: None, "reply": ""}
        )

    def _make(self, model: Any, path: str, **fixed: Any) -> Any:
        first, _, rest = path.partition("__")
        many = {f.name for f in model._meta.many_to_many}
        values = {
            f.name: self._value(model, f, rest if f.name == first else None, first)
            for f in model._meta.concrete_fields
            if not f.primary_key or f.is_relation
        }
        made = model(**values | fixed)
        models.Model.save_base(made, force_insert=True)  # past the gates; the database judges
        if first in many:
            getattr(made, first).add(self.person)
        return made

    def _value(self, model: Any, field: Any, rest: str | None, first: str) -> Any:
        label = model._meta.label
        if field.is_relation:
            return self._related(label, field, rest)
        wanted = WANTED.get(label, {}).get(field.name)
        if wanted == NOW:
            return clock.now()
        if wanted == "later":
            return clock.now() + dt.timedelta(hours=1)
        if wanted is not None:
            return wanted
        if field.has_default() or field.null:
            return field.get_default() if field.has_default() else None
        return _something(field)

    def _related(self, label: str, field: Any, rest: str | None) -> Any:
        target = field.related_model._meta.label
        if rest == "":
            return self.person
        if rest:
            return self.row(target, rest)
        if target == "curriculum.User":
            needed = not field.null or field.name in BOTH.get(label, ())
            return self.other if needed else None
        if field.null and field.name not in BOTH.get(label, ()):
            return None
        if target == "wagtailcore.Page":
            return self.page
        if target == "contenttypes.ContentType":
            return ContentType.objects.get_for_model(User)
        if target.startswith("wagtailcore.") and (found := field.related_model.objects.first()):
            return found
        return self.row(target)


def _something(field: Any) -> Any:
    kind = field.get_internal_type()
    if kind in {"CharField", "TextField", "SlugField", "EmailField", "FileField", "URLField"}:
        if field.choices:  # another each time: some may stand once only
            return field.choices[next(_numbers) % len(field.choices)][0]
        return marker()[: field.max_length]
    if kind == "DateTimeField":
        return clock.now()
    if kind == "DateField":
        return clock.today()
    if kind == "UUIDField":
        return uuid.uuid4()
    if kind == "BooleanField":
        return False
    if kind == "JSONField":
        return {}
    if kind == "GenericIPAddressField":
        return "203.0.113.77"
    return 1


def mark(held: Held, way: About, person: User) -> dict[str, tuple[str, str]]:
    """Put a word of its own into every field that speaks of these rows: word → model and field."""
    model = apps.get_model(held.model)
    words = {}
    for row in rows_about(held, way, person):
        for name in held.fields(*SPEAKING):
            if model._meta.get_field(name).get_internal_type() == "UUIDField":
                continue  # says nothing
            if name in _of_others(held, way) or is_unsent(row, name):
                continue
            word, value = _word_for(model._meta.get_field(name))
            rows_about(held, way, person).filter(pk=row.pk).update(**{name: value})
            words[word] = (held.model, name)
    return words


def is_unsent(row: Any, name: str) -> bool:
    """Only what was sent has a reply and says who sent it."""
    return name != "text" and getattr(row, "sent_at", True) is None


def _of_others(held: Held, way: About) -> set[str]:
    """Names that stand for somebody whom the row is about in another way."""
    return {
        name
        for other in held.abouts
        if other != way
        for then in other.then
        if isinstance(then, Overwrite)
        for name in then.values
        if name.endswith("name")
    }


def _word_for(field: Any) -> tuple[str, Any]:
    """A word, and the value for this field that holds it."""
    word = marker()
    if field.get_internal_type() == "JSONField":
        return word, {"prediction": word}
    if field.get_internal_type() == "GenericIPAddressField":
        word = f"203.0.113.{next(_numbers) % 150 + 100}"
        return word, word
    if isinstance(field, FileField):
        return word, field.storage.save(word, ContentFile(word))
    if field.name in {"file", "rows", "archive", "pdf"}:
        return word, storages["records"].save(f"jobs/{word}", ContentFile(word))
    return word, word


def everything(world: World, *, learner: bool) -> dict[str, tuple[str, str]]:
    """Rows in every way in which the register knows learners, or those who work here; their words.

    What a person is about as a learner is reached by a path, or is in `OWN`.
    """
    words: dict[str, tuple[str, str]] = {}
    ways = [
        (held, way)
        for held in personal()
        for way in held.abouts
        if way.path and is_learners(held, way) == learner
    ]
    for held, way in ways:
        if None in way.only.values():
            world.without(held.model, way.path, next(iter(way.only)))
        else:
            world.row(held.model, way.path)
    for held, way in ways:
        assert rows_about(held, way, world.person).exists(), (held.model, way.path)
        words |= mark(held, way, world.person)
    return words


OWN = {
    "curriculum.User": "pk",
    "curriculum.Enrolment": "learner",
    "curriculum.Writing": "learner",
    "curriculum.ProblemReport": "learner",
    "curriculum.Closure": "person",
    "curriculum.Access": "subject",
    "account.EmailAddress": "user",
    "usersessions.UserSession": "user",
}


def is_learners(held: Held, way: About) -> bool:
    """Whether rows are in this way about somebody as a learner."""
    return "__" in way.path or OWN.get(held.model) == way.path


def values() -> Iterator[tuple[str, str, str]]:
    """Every value of every column of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = [column[0] for column in cursor.description or ()]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    yield table, column, str(value)


def where(words: list[str]) -> set[tuple[str, str]]:
    """The tables and columns, and the files, in which any of these words stands."""
    found = {(table, column) for table, column, value in values() if any(w in value for w in words)}
    for path in files():
        if any(w in str(path) or w.encode() in path.read_bytes() for w in words):
            found.add(("a file", path.name))
    return found


def files() -> list[Path]:
    """Every stored file."""
    folders = (settings.MEDIA_ROOT, settings.STORAGES["records"]["OPTIONS"]["location"])
    return sorted(p for folder in folders for p in Path(folder).rglob("*") if p.is_file())


def columns(*fields: tuple[str, str]) -> set[tuple[str, str]]:
    """Models and fields as tables and columns."""
    return {
        (m._meta.db_table, m._meta.get_field(name).column)
        for m, name in ((apps.get_model(label), name) for label, name in fields)
    }
