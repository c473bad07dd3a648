"""As much of the starter curriculum as a test needs. All of it takes most of a minute to load."""

import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from cms.directory.kinds import load_kinds
from cms.portable.load import load_programme
from cms.portable.loaded import Loaded
from cms.starter import PROGRAMME

M1 = "m1-two-systems"
M3 = "m3-who-to-contact"
M4 = "m4-capacity"
TOLD = {"scenes", "prompts"}  # what cases and reflections hold


def copy(to: Path, *modules: str, told: Iterable[str] = ()) -> Path:
    """A copy of the programme with these modules alone; of those in `told`, the cases and
    reflections that one must do.

    The text of its files is as it was, but for the lists of modules and activities.
    """
    kept = [*modules, *told]
    left = {path.parent.name for path in PROGRAMME.glob("*/module.yaml")} - set(kept)
    shutil.copytree(PROGRAMME, to, ignore=lambda _, names: left & set(names))
    _relist(to / "programme.yaml", "modules", kept)
    (to / "outcomes.yaml").write_text(yaml.safe_dump({"outcomes": _outcomes(left)}), "utf-8")
    for module in told:
        file = to / module / "module.yaml"
        names = yaml.safe_load(file.read_text("utf-8"))["activities"]
        _relist(file, "activities", [name for name in names if _is_told(file.parent / name)])
    return to


def load(*modules: str, told: Iterable[str] = ()) -> Loaded:
    """Load these modules, as `copy` has them, and the kinds of service that they name."""
    load_kinds()
    with tempfile.TemporaryDirectory() as folder:
        return load_programme(copy(Path(folder) / "programme", *modules, told=told))


def _outcomes(modules: Iterable[str]) -> list[dict[str, Any]]:
    """The outcomes of modules that are left out, since activities of others work towards them."""
    files = [PROGRAMME / module / "module.yaml" for module in sorted(modules)]
    rows = [row for file in files for row in yaml.safe_load(file.read_text("utf-8"))["outcomes"]]
    return [row for row in rows if isinstance(row, dict)]


def _is_told(path: Path) -> bool:
    data = yaml.safe_load(path.read_text("utf-8")) if path.suffix == ".yaml" else {}
    return data.get("required", True) and not TOLD.isdisjoint(data)


def _relist(file: Path, field: str, names: list[str]) -> None:
    """Put these names into one of a file's lists."""
    listed = "".join(f"  - {name}\n" for name in names)
    text = file.read_text("utf-8")
    changed, many = re.subn(rf"(?m)^{field}:\n(?: +- .*\n?)+", f"{field}:\n{listed}", text)
    assert many == 1, f"{file} has no list of {field}"
    file.write_text(changed, "utf-8")
