"""XML from a stranger as a small tree whose elements know their line."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from cms.interchange.found import Unreadable

DEEPEST = 20  # levels; Moodle's own files have six
MOST_ELEMENTS = 100_000
SAID = {  # what the parser says, for people who have never written XML
    "no element found": "it ends before everything is closed",
    "unclosed token": "it ends in the middle of a tag",
    "mismatched tag": "a closing tag is not the one that was opened last",
    "not well-formed (invalid token)": "a character stands where none may, such as a bare & or <",
    "undefined entity": "a name such as &nbsp; is not known in XML; write the character itself",
    "junk after document element": "something follows after its end",
}
_DECLARATION = re.compile(r"^(\s*)<\?xml[^<>]*\?>")


@dataclass
class Element:
    """One element: its text is all that stands directly in it."""

    name: str
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    text: str = ""

    def all(self, name: str) -> list["Element"]:
        return [child for child in self.children if child.name == name]

    def first(self, name: str) -> "Element | None":
        return next(iter(self.all(name)), None)

    def value(self, name: str) -> str:
        """The words of a child, or of its `text`; nothing where there is none."""
        found = self.first(name)
        inner = found.first("text") if found else None
        return (inner or found or Element("", 0, {})).text.strip()


class _Builder(ContentHandler):
    def __init__(self, parser: Any) -> None:
        self.parser = parser  # knows in which line it is
        self.root: Element | None = None
        self.open: list[tuple[Element, list[str]]] = []
        self.many = 0

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX's name
        self.many += 1
        line = self.parser.getLineNumber()
        if len(self.open) >= DEEPEST or self.many > MOST_ELEMENTS:
            raise Unreadable("The file is nested too deeply, or holds too much.", line)
        element = Element(name, line, dict(attrs.items()))
        if self.open:
            self.open[-1][0].children.append(element)
        else:
            self.root = element
        self.open.append((element, []))

    def characters(self, content: str) -> None:
        self.open[-1][1].append(content)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX's name
        element, parts = self.open.pop()
        element.text = "".join(parts)


def read_tree(text: str) -> Element:
    """The root element. Raises Unreadable, with the line, for what is not well formed, defines
    entities or is nested without measure."""
    parser = make_parser()
    builder = _Builder(parser)
    parser.forbid_dtd = True
    parser.setContentHandler(builder)
    try:
        # Blank lines before the declaration are forbidden and harmless; the text is decoded
        # already, so the declaration says nothing any more.
        parser.feed(_DECLARATION.sub(r"\1", text, count=1))
        parser.close()
    except DefusedXmlException as error:
        message = "The file defines entities or names other files, which is not read."
        raise Unreadable(message, parser.getLineNumber() or 0) from error
    except SAXParseException as error:
        told = SAID.get(error.getMessage(), error.getMessage())
        message = f"The XML is broken here: {told}."
        raise Unreadable(message, error.getLineNumber() or 0) from error
    except (SAXException, ValueError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("The XML could not be read.") from error
    if builder.root is None:
        raise Unreadable("The file is empty.")
    return builder.root
