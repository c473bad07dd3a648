"""What is wrong with files, by file and line."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class FileProblem:
    """One thing to mend. Lines count from 1; 0 means the file as a whole, no file all of them."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" if place else self.message


class PortableError(Exception):
    """Nothing was loaded. `problems` says everything that was found."""

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass
class Report:
    """Collects problems while files are read, so that all are told at once."""

    root: Path
    found: list[FileProblem] = field(default_factory=list)

    def add(self, file: Path, line: int, message: str) -> None:
        inside = file.is_relative_to(self.root)
        name = file.relative_to(self.root).as_posix() if inside else file.as_posix()
        self.found.append(FileProblem(name, line, message))

    def has(self, path: Path) -> bool:
        """Whether there is a file of this name inside the folder, wherever the name would lead."""
        try:
            return path.resolve().is_relative_to(self.root) and path.is_file()
        except (OSError, ValueError):  # a name that no file can have
            return False

    def stop_if_any(self) -> None:
        if self.found:
            raise PortableError(self.found)
