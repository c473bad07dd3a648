"""Reading the tables, walking the URL configuration, and asking an address as somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from cms.admin.transfer import SESSION_KEY as IMPORTS
from tests.elearn.addresses.world import ROLES, World

HERE = Path(__file__).parent
SIGN_IN = ("/accounts/login/", "/cms/login/")
# What stands in the tables for an answer, beside the bare status.
WORDS = {200: "ok", 404: "no"}
REFUSALS = {"in", "no", "home", "403", "405"}


@dataclass(frozen=True)
class Row:
    """What each role is answered at one address: in (sign in first), ok, no (404), go (elsewhere),
    home (the admin's refusal), or the status."""

    file: str
    method: str
    name: str
    args: tuple[tuple[str, str], ...]
    expected: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.method} {self.name}"

    def path(self, world: World) -> str:
        if self.name.startswith("/"):
            return self.name
        name, mark, query = self.name.partition("?")
        kwargs = {key: value_of(world, wanted) for key, wanted in self.args}
        return reverse(name, kwargs=kwargs or None) + mark + query


def value_of(world: World, wanted: str) -> Any:
    """`quiz.key` of the world, or the text after an equals sign: `=x`."""
    if wanted.startswith("="):
        return wanted[1:]
    found: Any = world
    for part in wanted.split("."):
        found = getattr(found, part)
    return found


def rows(*files: str) -> list[Row]:
    """The lines of these tables, or of all."""
    paths = [HERE / f"{name}.txt" for name in files] or sorted(HERE.glob("*.txt"))
    return [row for path in paths for row in _lines(path)]


def _lines(path: Path) -> Iterator[Row]:
    for line in path.read_text("utf-8").splitlines():
        cells = line.partition("#")[0].split()
        if not cells:
            continue
        method = cells.pop(0) if cells[0] in {"GET", "POST"} else "GET"
        name, args, *expected = cells
        pairs = [] if args == "-" else [pair.partition(":")[::2] for pair in args.split(",")]
        assert len(expected) == len(ROLES), f"{path.name}: a word for each role, in: {line}"
        yield Row(path.stem, method, name, tuple(pairs), tuple(expected))


def routes(
    resolver: URLResolver | None = None, before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every route of the URL configuration, as a match names it, with its pattern."""
    for found in (resolver or get_resolver()).url_patterns:
        route = str(found.pattern)
        whole = before + route.removeprefix("^") if before else route
        if isinstance(found, URLResolver):
            yield from routes(found, whole)
        else:
            yield whole, found


def is_wagtail_s(pattern: URLPattern) -> bool:
    """Whether Wagtail's own code answers; `wagtail.txt` has rules for those."""
    view = getattr(pattern.callback, "view_class", pattern.callback)
    return view.__module__.partition(".")[0] in {"wagtail", "wagtailmedia"}


def route_of(path: str) -> str:
    return str(resolve(path.partition("?")[0]).route)


def clients(world: World) -> dict[str, Client]:
    """A browser for each role, signed in where it is somebody."""
    found = {}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        if role != "out":
            found[role].force_login(getattr(world, role))
            # As if everybody had brought the module in; whose it is must refuse them.
            session = found[role].session
            session[IMPORTS] = [str(world.module_import.uuid)]
            session.save()
    return found


def ask(signed_in: Client, method: str, path: str, data: Any = None, **more: Any) -> Any:
    """Ask as somebody, in a browser of its own, so that nothing carries over to the next."""
    client = Client(raise_request_exception=False)
    client.cookies.load(signed_in.cookies.output(header="", sep=";"))
    return getattr(client, method.lower())(path, {} if data is None else data, **more)


def answer(response: Any) -> str:
    """The word for what was answered."""
    if response.status_code in (301, 302):
        target = response["Location"]
        if target.startswith(SIGN_IN):
            return "in"
        return "home" if target == "/cms/" else "go"
    return WORDS.get(response.status_code, str(response.status_code))
