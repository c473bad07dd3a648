"""YAML that is only what it looks like: no aliases, no field given twice, no endless nesting."""

from typing import Any

import yaml

DEEPEST = 30  # levels; the format itself needs a dozen


class BadYaml(ValueError):
    """Why this is not read. `line` counts from 1 within the text; 0: the text as a whole."""

    def __init__(self, message: str, line: int = 0) -> None:
        self.line = line
        super().__init__(message)


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, closed to what a few lines can blow up to millions with."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent):
            raise _refusal("An alias (*name) may not stand here: write it out.", event)
        if self.depth >= DEEPEST:
            raise _refusal(f"Lists and fields may be nested {DEEPEST} deep at the most.", event)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        names = [name.value for name, _ in node.value if isinstance(name, yaml.ScalarNode)]
        for name in names:
            if names.count(name) > 1:
                raise BadYaml(f"“{name}” is given twice.", node.start_mark.line + 1)
        return super().construct_mapping(node, deep)


def _refusal(message: str, event: Any) -> BadYaml:
    return BadYaml(message, event.start_mark.line + 1)


def load_yaml(source: str) -> Any:
    """What the text says. Raises BadYaml."""
    return _read(yaml.load, source)


def compose_yaml(source: str) -> Any:
    """The text's nodes, which know their lines. Raises BadYaml."""
    return _read(yaml.compose, source)


def _read(function: Any, source: str) -> Any:
    try:
        return function(source, Loader=_Loader)
    except BadYaml:
        raise
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or "it cannot be read"
        raise BadYaml(f"Not valid YAML: {why}.", mark.line + 1 if mark else 0) from error
    except (ValueError, RecursionError, OverflowError) as error:  # 31 February, for one
        raise BadYaml(f"Not valid YAML: {error}.") from error


def question_lines(source: str) -> list[int]:
    """The line on which each question of a quiz begins."""
    root = compose_yaml(source)
    for name, value in root.value if isinstance(root, yaml.MappingNode) else []:
        if name.value == "questions":
            return [node.start_mark.line + 1 for node in value.value]
    return []


def lines_by_id(source: str, field: str) -> dict[str, int]:
    """The line on which each item of a list begins, by its id."""
    root = compose_yaml(source)
    found = {}
    for name, value in root.value if isinstance(root, yaml.MappingNode) else []:
        for item in value.value if name.value == field else []:
            ids = [v.value for k, v in item.value if k.value == "id"]
            found.update(dict.fromkeys(ids, item.start_mark.line + 1))
    return found
