"""Drawings: which SVG may be uploaded and shown inside a page.

An allow-list of elements, attributes and classes. Colours come from the page's scheme through
classes (docs/portable-format.md lists them), so that a drawing is readable in the dark, in print
and in forced colours. Nothing in it can run, load or point outside.
"""

import re
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element, tostring

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError

MAX_BYTES = 200_000
SVG = "{http://www.w3.org/2000/svg}"

ELEMENTS = frozenset(
    """svg g path rect circle ellipse line polyline polygon text tspan defs symbol use marker
    title desc""".split()
)
ATTRIBUTES = frozenset(
    """class id transform viewBox x y x1 y1 x2 y2 cx cy r rx ry d points width height dx dy
    text-anchor dominant-baseline stroke-width stroke-linecap stroke-linejoin opacity
    marker-start marker-end href refX refY markerWidth markerHeight orient
    preserveAspectRatio""".split()
)
_SHARED = "ink muted sheet line accent good caution person carer gp social-worker other".split()
CLASSES = frozenset(
    [
        *(f"fill-{name}" for name in (*_SHARED, "paper", "sunken", "wash", "none")),
        *(f"stroke-{name}" for name in _SHARED),
        *("text", "text-narrative", "bold", "small", "dashed", "on-colour"),
    ]
)
_LOCAL_URL = re.compile(r"url\(#([\w-]+)\)")


def clean_svg(source: bytes, *, prefix: str) -> str:
    """The drawing as markup for the inside of a page, its ids made unique by `prefix`.

    Raises ValidationError, naming what is wrong, for anything that is not on the list: a drawing
    is refused rather than changed, so that nobody is surprised by what is shown.
    """
    root = _parse(source)
    ids = {element.get("id") for element in root.iter() if element.get("id")}
    for element in root.iter():
        element.tag = _local(element.tag)
        if element.tag not in ELEMENTS:
            raise ValidationError(f"A drawing may not hold <{element.tag}>.")
        for name, value in list(element.attrib.items()):
            local = _local(name)
            del element.attrib[name]
            element.set(local, _attribute(element.tag, local, value.strip(), ids, prefix))
    root.attrib.pop("width", None)  # the page decides how wide; the viewBox says what shape
    root.attrib.pop("height", None)
    # Title and description are the figure's own, beside the drawing.
    for name in ("title", "desc"):
        for child in root.findall(name):
            root.remove(child)
    markup: str = tostring(root, encoding="unicode", short_empty_elements=True)
    return re.sub(r">\s+<", "><", markup).strip()


def with_own_colours(source: bytes) -> bytes:
    """The drawing for a place that has no scheme, such as the authors' library: the site's light
    colours go into it. In a page it takes its colours from there, and is shown as it is."""
    # Its namespace is said again: a resized copy may have been written with a prefix for it.
    style = f'<style xmlns="{SVG[1:-1]}">{_own_colours()}</style>'
    return re.sub(rb"<(?:\w+:)?svg\b[^>]*>", lambda m: m[0] + style.encode(), source, count=1)


@cache
def _own_colours() -> str:
    tokens, sheet = (_static(f"elearn/{name}.css") for name in ("tokens", "site"))
    root = re.search(r":root \{.*?\n\}", tokens, re.DOTALL)
    rules = re.findall(r"\.drawing (\.[\w.-]+ \{[^}!]*\})", sheet)
    light = ":root { color-scheme: light; background: var(--sheet); }"
    return "".join([root[0] if root else "", light, *rules])


def _static(name: str) -> str:
    path = finders.find(name)
    return Path(path).read_text("utf-8") if path else ""


def _parse(source: bytes) -> Element:
    if len(source) > MAX_BYTES:
        raise ValidationError(f"A drawing may have {MAX_BYTES // 1000} kB at the most.")
    try:
        root: Element = fromstring(source, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise ValidationError("This is not a well-formed SVG file.") from None
    if root.tag != f"{SVG}svg" or not root.get("viewBox"):
        raise ValidationError("An SVG drawing begins with <svg> and has a viewBox.")
    return root


def _local(name: str) -> str:
    """The name without SVG's or XLink's namespace; with any other it stays and is not allowed."""
    if name.startswith(SVG):
        return name.removeprefix(SVG)
    return name.removeprefix("{http://www.w3.org/1999/xlink}")


def _attribute(tag: str, name: str, value: str, ids: set[str | None], prefix: str) -> str:
    if name not in ATTRIBUTES:
        raise ValidationError(f"A drawing may not use the attribute {name} (on <{tag}>).")
    if name == "class":
        if unknown := set(value.split()) - CLASSES:
            raise ValidationError(f"Unknown class in the drawing: {', '.join(sorted(unknown))}.")
        return value
    if name == "id":
        return f"{prefix}-{value}"
    if name == "href":
        if not value.startswith("#") or value[1:] not in ids:
            raise ValidationError("A drawing may refer only to its own parts.")
        return f"#{prefix}-{value[1:]}"
    if name in {"marker-start", "marker-end"}:
        match = _LOCAL_URL.fullmatch(value)
        if not match or match[1] not in ids:
            raise ValidationError("A drawing may refer only to its own parts.")
        return f"url(#{prefix}-{match[1]})"
    if "url(" in value.lower() or "javascript:" in value.lower():
        raise ValidationError(f"The attribute {name} may not hold an address.")
    return value
