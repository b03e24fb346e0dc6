"""What the commands say about a file: figures with their reasons, notes and tables, whatever they are printed as."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from platform import python_version
from typing import Any, Literal

from intercoder.stats.tree import Level


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and what it is of: the row of a table, of the csv, an entry of the json.

    ``scope`` is ``overall``, ``code``, ``pair``, …; ``name`` which of them, empty when there is one;
    ``coefficient`` a stable name. ``found`` is the estimate as its ``to_json`` gives it: at least
    ``value`` and ``reason``, exactly one of them None.
    """

    scope: str
    name: str
    coefficient: str
    found: Mapping[str, Any]

    @property
    def value(self) -> float | None:
        """The number, or None."""
        value = self.found["value"]
        return None if value is None else float(value)

    @property
    def reason(self) -> str | None:
        """Why there is no number."""
        reason: str | None = self.found["reason"]
        return reason

    @property
    def interval(self) -> Mapping[str, Any] | None:
        """The interval as a mapping with ``low`` and ``high``, or None."""
        interval: Mapping[str, Any] | None = self.found.get("interval")
        return interval

    def to_json(self) -> dict[str, Any]:
        """Return a plain dictionary."""
        return {"scope": self.scope, "name": self.name, "coefficient": self.coefficient, **self.found}


@dataclass(frozen=True, slots=True)
class Facts:
    """Label and text, one below the other."""

    title: str
    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table for people: texts only; columns whose heading begins with ``>`` stand to the right.

    ``remarks`` are sentences to the rows, empty where there is none; equal ones are printed once.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    remarks: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one file.

    ``title`` says what the file was taken for; ``notes`` are (code, sentence) to read beside the
    numbers; ``more`` is what only the json holds.
    """

    command: str
    title: str
    provenance: dict[str, Any]
    data: Mapping[str, Any]
    figures: Sequence[Figure]
    notes: Sequence[tuple[str, str]]
    sections: Sequence[Facts | Grid]
    more: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return one plain dictionary: finite numbers, texts, lists, None."""
        return {
            "command": self.command,
            "provenance": dict(self.provenance),
            "data": dict(self.data),
            "notes": [{"code": code, "sentence": text} for code, text in self.notes],
            "estimates": [figure.to_json() for figure in self.figures],
            **self.more,
        }


def software() -> dict[str, str]:
    """Return what computed the numbers, with versions."""
    parts = {name: version(name) for name in ("intercoder", "krippendorff", "numpy", "scipy")}
    return {**parts, "python": python_version()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for about agreement.

    ``level``: the metric; ``lift``: the level of the code tree at which codes are compared, None for the
    codes as they are; ``weights``: of the kappas; ``by``: the tables that were asked for.
    """

    level: str
    lift: Level | None
    multi: bool
    weights: str | None
    resamples: int
    seed: int
    method: Literal["percentile", "bca"]
    by: tuple[str, ...]
    unit: str
    threshold: float


@dataclass(frozen=True, slots=True)
class Counting:
    """What was asked for about saturation: levels, strata, and the parameters of the rules."""

    levels: tuple[str, ...]
    by: tuple[str, ...]
    reserved: tuple[str, ...]
    base: int
    run: int
    threshold: float
    initial: int
    stop: int
    orders: int
    resamples: int
    seed: int
    coverage: float | None
