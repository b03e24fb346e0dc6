"""The data of a report as tables with short names, which every program takes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from intercoder.interchange.sheets import Value, csv_parts
from intercoder.language import gettext
from intercoder.services.reliability_data import Missing, Read, ReliabilityData, UnitRow
from intercoder.stats.results import Estimate


@dataclass(frozen=True)
class Tables:
    """The data of a report as tables with short names: ``coder_1``, …, ``k1``, …; texts of the units are in none."""

    data: ReliabilityData
    #: coder → how the file calls that person
    called: Mapping[str, str]

    @cached_property
    def coders(self) -> dict[str, str]:
        """Coder → column."""
        return {coder: f"coder_{i}" for i, coder in enumerate(self.data.coders, 1)}

    @cached_property
    def codes(self) -> dict[str, str]:
        """Code → short name."""
        return {code.id: f"k{i}" for i, code in enumerate(self.data.report.provenance.codes, 1)}

    def sets(self, read: Read) -> Iterator[tuple[UnitRow, list[str | None]]]:
        """Yield the units with the set of each coder in short names; ``0``: no code; None: no value."""
        known: dict[frozenset[str] | Missing, str | None] = {Missing.NOT_FINISHED: None, Missing.LEFT_OUT: None}
        order = {code: i for i, code in enumerate(self.codes)}
        for row in self.data.units(read):
            for value in row.values:
                if value not in known:
                    assert not isinstance(value, Missing)
                    known[value] = "+".join(self.codes[c] for c in sorted(value, key=order.__getitem__)) or "0"
            yield row, [known[value] for value in row.values]

    def units(self, read: Read) -> Iterator[bytes]:
        """Yield units.csv."""
        headings = ["unit", "document", "place", "start", "end", "compared", *self.coders.values()]

        def rows() -> Iterator[Sequence[Value]]:
            for n, (row, sets) in enumerate(self.sets(read), 1):
                place = (n, row.title, row.number, row.start, row.end, int(row.compared))
                yield *place, *("NA" if s is None else s for s in sets)

        return csv_parts(headings, rows())

    def legend_of_coders(self) -> Iterator[bytes]:
        """Yield coders.csv."""
        return csv_parts(["coder", "name"], [(column, self.called[c]) for c, column in self.coders.items()])

    def legend_of_codes(self) -> Iterator[bytes]:
        """Yield codes.csv."""
        rows = [(self.codes[c.id], c.name, c.level.value) for c in self.data.report.provenance.codes]
        return csv_parts(["code", "name", "level"], rows)

    def expected(self) -> Iterator[bytes]:
        """Yield expected.csv: the numbers of the report that other programs are to find."""
        report, columns = self.data.report, [*self.coders.values()]
        names: list[tuple[str, str, Mapping[str, Estimate]]] = [("overall", "", report.summary.overall)]
        names += [("code", self.codes[row.code], row.estimates) for row in report.codes]
        names += [
            ("pair", " ".join(sorted((self.coders[c] for c in row.coders), key=columns.index)), row.estimates)
            for row in report.pairs
        ]
        rows: list[tuple[Value, ...]] = []
        for scope, name, estimates in names:
            for coefficient, e in estimates.items():
                ends = (e.interval.low, e.interval.high) if e.interval else (None, None)
                rows.append((scope, name, coefficient, e.value, *ends, e.n_pairable, e.reason))
        return csv_parts(["scope", "name", "coefficient", "value", "low", "high", "units", "reason"], rows)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Set → its number, in the order met; filled while the units are read."""
        return {"0": 0}

    def numbered(self, read: Read) -> Iterator[tuple[UnitRow, list[int | None]]]:
        """Yield the units with a number for the set of each coder; None: no value. ``values`` tells the numbers after it."""
        numbers = self._numbers
        for row, sets in self.sets(read):
            yield row, [None if s is None else numbers.setdefault(s, len(numbers)) for s in sets]

    def numbers(self, read: Read) -> Iterator[bytes]:
        """Yield numbers.csv: what programs read that know numbers only."""
        rows = ((n, *(-1 if v is None else v for v in values)) for n, (_, values) in enumerate(self.numbered(read), 1))
        return csv_parts(["unit", *self.coders.values()], rows)

    @property
    def values(self) -> dict[int, str]:
        """Number → the names of the codes of its set; complete when the units have been read."""
        names = {self.codes[code.id]: code.name for code in self.data.report.provenance.codes}
        none = gettext("no code")
        return {n: "; ".join(names[k] for k in s.split("+")) if s != "0" else none for s, n in self._numbers.items()}

    def legend_of_values(self) -> Iterator[bytes]:
        """Yield values.csv."""
        return csv_parts(["number", "codes"], list(self.values.items()))
