"""Reports on a file that somebody brought: what it was taken for, every number in it, and what to read beside them."""

from dataclasses import dataclass

from pydantic import JsonValue

from intercoder.interchange.separators import NAMES
from intercoder.interchange.tables import Table


@dataclass(frozen=True, slots=True)
class Source:
    """A table and where it comes from; ``encoding`` of a text."""

    table: Table
    sha256: str
    encoding: str | None

    def to_json(self) -> dict[str, JsonValue]:
        """Return what a report says about its file."""
        return {
            "file": self.table.name,
            "sha256": self.sha256,
            "encoding": self.encoding,
            "delimiter": NAMES.get(self.table.delimiter or "", self.table.delimiter),
            "sheet": self.table.sheet,
            "rows": len(self.table.rows),
        }
