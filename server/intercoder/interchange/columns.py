"""Which columns of a wide table are coders: told by headings, checked by what stands below them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from intercoder.errors import InvalidInput
from intercoder.interchange.headings import CODERS, SYNONYMS, Role, beside_coders
from intercoder.interchange.likeness import blocks, equal, kappa, mixed, serial, unrelated
from intercoder.interchange.missing import Missing
from intercoder.interchange.reading import Comma, LeftOut, Why, Wishes
from intercoder.interchange.spellings import as_number, commas, key
from intercoder.interchange.tables import Table, as_option, shorten

#: How often a column that says nothing about units would fall into blocks, and is asked about all the same.
_BY_CHANCE = 0.001
_LONG_TEXT = 40
#: A column that is called like something else and agrees so far with a coder is asked about.
_AGREES = 0.25
#: Where coders agree so far, a column that agrees with none of them is asked about; so many columns and rows are compared.
_AGREE_WELL = 0.4
_COMPARED, _ROWS = 8, 2000
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:[T ]\d{1,2}:\d{2}.*)?")
_WHY: Mapping[Role, Why] = {
    Role.SERIAL: Why.SERIAL,
    Role.UNIT: Why.IDENTIFIER,
    Role.DOCUMENT: Why.IDENTIFIER,
    Role.TEXT: Why.TEXT,
    Role.NOTE: Why.NOTE,
    Role.AGREED: Why.AGREED,
    Role.MARGIN: Why.MARGIN,
    Role.GROUP: Why.GROUP,
    Role.DATE: Why.DATE,
    Role.START: Why.PLACE,
    Role.END: Why.PLACE,
    Role.LENGTH: Why.PLACE,
}


@dataclass(frozen=True, slots=True)
class WideColumns:
    """The places of a wide table's columns, what was left out, and who agrees with none of the others."""

    unit: int | None
    document: int | None
    coders: tuple[int, ...]
    left_out: tuple[LeftOut, ...]
    apart: tuple[str, ...] = ()


def why_not(column: str) -> Why:
    """Return why a column with this heading is no coder's."""
    role = beside_coders(column)
    return Why.DETAIL if role is None else _WHY.get(role, Why.DETAIL)


def wide_columns(
    table: Table, wishes: Wishes, missing: Missing, *, multi: bool = False, numeric: bool = False
) -> WideColumns:
    """Return which columns of a wide table are coders, which one names the units and which one their documents.

    Parameters
    ----------
    table, wishes, missing
        the table, what a person said of it, and which cells have no value. With ``wishes.columns`` these are the
        coders; with a shape given, every column that no heading speaks against is one.
    multi, numeric
        whether cells hold several codes, or numbers that rarely occur twice.

    Raises
    ------
    InvalidInput : ``missing_column``, ``no_coders``, ``names_of_units`` and ``maybe_no_coder`` for a column that may be
        a coder or not, with the option for each.
    """
    document = table.find("document")
    roles = {i: beside_coders(column) for i, column in enumerate(table.columns)}
    if not table.columns[0]:
        roles[0] = Role.UNIT
    if document is None:
        document = next((i for i, role in roles.items() if role is Role.DOCUMENT), None)
    chosen = [table.called(name) for name in wishes.columns]
    unit = _unit(table, wishes, roles, document, chosen)
    cells = {
        i: [text if text and not missing(text) else "" for text in table.column(i)]
        for i in roles
        if i not in (unit, document) or i in chosen
    }
    if document in chosen:
        document = None
    coders = chosen or [i for i, role in roles.items() if role in (None, Role.VALUE) and i not in (unit, document)]
    left = [
        LeftOut(table.columns[i] or str(i + 1), Why.NOT_CHOSEN if chosen else why_not(table.columns[i]))
        for i in roles
        if i not in (*coders, unit, document)
    ]
    if not coders:
        raise InvalidInput(
            "no_coders",
            "{file} has no column of a coder; its columns are: {columns}. Give each coder a column with the coder’s "
            "name in the first row, or name them: --columns.",
            file=table.name,
            columns=table.listed,
        )
    apart: tuple[str, ...] = ()
    if not chosen and wishes.shape is None:
        _check_variables(table, coders)
        look = _Look(table, coders, cells, multi=multi, numeric=numeric)
        look.check_headings(roles, unit, document)
        out = look.left_out(unit)
        coders = [i for i in coders if i not in out]
        left += [LeftOut(table.columns[i], why) for i, why in out.items()]
        apart = tuple(table.columns[i] for i in coders if look.stands_apart(i, coders))
    return WideColumns(unit, document, tuple(coders), tuple(left), apart)


def _unit(
    table: Table, wishes: Wishes, roles: Mapping[int, Role | None], document: int | None, chosen: Sequence[int]
) -> int | None:
    """Return the column that names the units: the first whose names differ, else one that is called so."""
    if wishes.unit_column:
        return table.called(wishes.unit_column)
    own = ("unit", *SYNONYMS[Role.UNIT])
    order = {Role.UNIT: 0, Role.SERIAL: 1}
    places = sorted(
        (i for i, role in roles.items() if role in order and i not in chosen and i != document),
        key=lambda i: (
            order[roles[i] or Role.UNIT],
            own.index(t) if (t := table.columns[i].casefold()) in own else len(own),
        ),
    )
    grouped = [""] * len(table.rows) if document is None else table.column(document)
    for i in places:
        names = table.column(i)
        if all(names) and len(set(zip(grouped, names, strict=True))) == len(names):
            return i
    called = [i for i in places if not table.columns[i] or table.columns[i].casefold() in own]
    return called[0] if called else None


def _check_variables(table: Table, coders: Sequence[int]) -> None:
    """Refuse columns that are called like several things times several coders: trust_Lin, trust_Wei, risk_Lin, risk_Wei."""
    for sign in ("_", ".", " ", "-"):
        of: dict[str, dict[str, str]] = {}
        for i in coders:
            first, _, last = table.columns[i].rpartition(sign)
            if first.strip() and last.strip():
                of.setdefault(last, {})[first] = table.columns[i]
        for last, other in combinations(of, 2):
            if len(of[last].keys() & of[other].keys()) > 1:
                raise InvalidInput(
                    "several_variables",
                    "{file}: its columns seem to be several questions or rounds for each coder ({columns}). Compare one at a "
                    "time, for example --columns {first} or --columns {second}; if each column is a coder, --format wide.",
                    file=table.name,
                    columns=shorten(table.columns[i] for i in coders),
                    first=as_option([*of[last].values()]),
                    second=as_option(
                        [names[first] for names in of.values() if (first := next(iter(of[last]))) in names]
                    ),
                )


class _Look:
    """What the cells of columns say about them."""

    def __init__(
        self, table: Table, coders: Sequence[int], cells: Mapping[int, list[str]], *, multi: bool, numeric: bool
    ) -> None:
        self.table, self.coders, self.cells, self.numeric = table, coders, cells, numeric
        parts = {i: _parts(column, multi=multi) for i, column in cells.items()}
        comma, _ = commas(text for i in coders for text in parts[i])
        keys = {text: _same(text, comma) for text in {"", *(t for column in cells.values() for t in column)}}
        keys.update((text, _same(text, comma)) for texts in parts.values() for text in texts if text not in keys)
        self.values = {i: [keys[text] for text in texts] for i, texts in parts.items()}
        self.same = {i: [keys[text] for text in column] for i, column in cells.items()}

    def check_headings(self, roles: Mapping[int, Role | None], unit: int | None, document: int | None) -> None:
        """Refuse headings that speak against what stands below them."""
        weak = [i for i in self.coders if roles[i] is Role.VALUE]
        if weak and len(self.coders) > 1:
            raise self._either(weak[0])
        pool = self._pool(self.coders)
        for i, role in roles.items():
            if i in (*self.coders, unit, document) or role in (None, Role.AGREED, Role.MARGIN) or not pool:
                continue
            own = set(self.values[i])
            rows = len(self.values[i])
            if len(own & pool) * 2 < max(len(own), 1) or (len(own) == rows and role in (Role.UNIT, Role.SERIAL)):
                continue
            often = role is not Role.GROUP and len(own) <= max(2, rows * 0.6)
            if often or max(kappa(self.same[i], self.same[j]) for j in self.coders) >= _AGREES:
                raise self._either(i)
        rest = [i for i, role in roles.items() if role in (Role.AGREED, Role.GROUP)]
        if len(self.coders) < 2:
            for i in rest:
                if set(self.values[i]) & pool:
                    raise self._either(i)

    def _check_vocabularies(self, coders: Sequence[int], unit: int | None) -> None:
        """Refuse columns of which some share values with one another and none with the rest: coders, and something else."""
        if self.numeric:
            return
        groups: list[tuple[set[str], list[int]]] = []
        for i in coders:
            own = set(self.values[i])
            joined = [group for group in groups if group[0] & own]
            groups = [group for group in groups if not group[0] & own]
            places = [j for _, members in joined for j in members]
            groups.append((own.union(*(values for values, _ in joined)), [*places, i]))
        groups = [group for group in groups if group[0]]
        largest = max(groups, key=lambda group: len(group[1]), default=(set[str](), []))[1]
        others = [group for group in groups if group[1] != largest]
        if len(largest) > 1 and any(len(places) > 1 or len(self.values[places[0]]) > 1 for _, places in others):
            i = others[0][1][0]
            first = i == self.coders[0] and unit is None and len(set(self.cells[i])) == len(self.cells[i])
            raise self._names_of_units(i) if first else self._either(i, without=sorted(largest))

    def _check_first_row(self, coders: Sequence[int]) -> None:
        """Refuse a first row of which no coder's value occurs again where all others do: a second row of names."""
        rows = [
            [key(self.cells[i][u]) if self.cells[i][u] else "" for i in coders] for u in range(len(self.table.rows))
        ]
        if len(rows) < 6 or sum(map(bool, rows[0])) < 2 or self.numeric:
            return
        times = Counter(value for row in rows for value in row)
        again = [times[value] > 1 for row in rows[1:] for value in row if value]
        below = [value for row in rows[1:] for value in row if value]
        first = list(filter(None, rows[0]))
        if len(set(first)) < len(first) or set(first) & set(below):
            return
        headings = [key(self.table.columns[i]) for i in coders]
        named = all(any(heading in text for heading in headings) for text in first)
        long = sum(map(len, first)) * len(below) >= 2 * sum(map(len, below)) * len(first)
        if not named and (not long or sum(again) < 0.9 * len(again)):
            return
        raise InvalidInput(
            "maybe_second_header",
            "{file}, line {line}: the values of this row ({values}) occur nowhere else, so it may be a second row of names. Delete "
            "it if it is; if it holds values, say --format wide.",
            file=self.table.name,
            line=self.table.lines[0],
            values=shorten((self.cells[i][0][:30] for i in coders), 4),
        )

    def left_out(self, unit: int | None) -> dict[int, Why]:
        """Return the columns that are no coders beyond doubt, and why; refuse one that may be or not."""
        out: dict[int, Why] = {}
        for i in self.coders:
            why = self._beyond_doubt(i)
            if why is not None:
                out[i] = why
        if len(out) == len(self.coders):  # answers in free words, dates for answers
            out = {}
        rest = [i for i in self.coders if i not in out]
        self._check_first_row(rest)
        self._check_vocabularies(rest, unit)
        for i in rest:
            others = [j for j in rest if j != i]
            if len(others) >= 2 and self._doubtful(i, others):
                first = i == self.coders[0] and unit is None and len(set(self.cells[i])) == len(self.cells[i])
                raise self._names_of_units(i) if first else self._either(i)
        return out

    def _beyond_doubt(self, i: int) -> Why | None:
        texts = [text for text in self.cells[i] if text]
        others = [j for j in self.coders if j != i]
        if len(texts) < 3 or not others:
            return None
        disjoint = not set(self.values[i]) & self._pool(others)
        if disjoint and all(_DATE.fullmatch(text) for text in texts):
            return Why.DATE
        different = len(set(texts)) >= 0.8 * len(texts)
        if disjoint and different and sum(map(len, texts)) >= _LONG_TEXT * len(texts):
            return Why.TEXT
        if serial(self.cells[i]):
            alike = max(equal(self.cells[i], self.cells[j]) for j in others)
            if len(texts) < 8 or alike >= 0.3 or any(len(set(self.cells[j])) == len(texts) for j in others):
                raise self._either(i)
            return Why.SERIAL
        return None

    def _doubtful(self, i: int, others: Sequence[int]) -> bool:
        """Return whether a column differs from the others as something that is no coder does."""
        values, pool = self.values[i], self._pool(others)
        if not values or not pool:
            return False
        different = len(set(values)) == len(values) and len(values) > 2
        if self.numeric and self._apart(i, others):
            return True
        if different and not set(values) & pool and i == self.coders[0] and not self.numeric:
            return True
        rows = len(values)
        if different and rows >= 5 and all(len(set(self.values[j])) <= 0.6 * len(self.values[j]) for j in others):
            return True
        filled = {j: [text for text in self.cells[j] if text] for j in (i, *others)}
        return bool(blocks(filled[i]) < _BY_CHANCE and all(mixed(filled[j]) for j in others))

    def stands_apart(self, i: int, coders: Sequence[int]) -> bool:
        """Return whether other coders agree with one another, and a column with none of them more than by chance."""
        others = [j for j in coders if j != i]
        if self.numeric or len(others) < 2 or CODERS.fullmatch(self.table.columns[i]):
            return False
        few = [i, *others[:_COMPARED]]
        same = {j: self.same[j][:_ROWS] for j in few}
        if max((kappa(same[j], same[k]) for j, k in combinations(few[1:], 2)), default=0) < _AGREE_WELL:
            return False
        return all(unrelated(same[i], same[j]) and kappa(same[i], same[j]) < 0.1 for j in few[1:])

    def _apart(self, i: int, others: Sequence[int]) -> bool:
        """Return whether all numbers of a column are greater, or smaller, than those of all others."""
        own = [number for text in self.cells[i] if (number := as_number(text)) is not None]
        rest = [number for j in others for text in self.cells[j] if (number := as_number(text)) is not None]
        return len(own) > 2 and bool(rest) and (min(own) > max(rest) or max(own) < min(rest))

    def _pool(self, columns: Sequence[int]) -> set[str]:
        return {value for i in columns for value in self.values[i]}

    def _names_of_units(self, i: int) -> InvalidInput:
        return InvalidInput(
            "names_of_units",
            "{file}: the column {column} has another value in each row, so it seems to name the units. Call it unit, or say "
            "--unit-column {column}; or, if it is a coder like the others, say --format wide.",
            file=self.table.name,
            column=self.table.columns[i],
        )

    def _either(self, i: int, without: Sequence[int] = ()) -> InvalidInput:
        """Return the refusal of a column that may be a coder or not; ``without`` are the coders if it is none."""
        columns = self.table.columns
        rest = [columns[j] for j in without or [j for j in self.coders if j != i]]
        every = [columns[j] for j in sorted({*self.coders, i})]
        return InvalidInput(
            "maybe_no_coder",
            "{file}: the column {column} may be a coder or something else ({values}), and the numbers differ. Say which "
            "columns are coders: --columns {without} without it, --columns {all} with it.",
            file=self.table.name,
            column=columns[i],
            values=shorten(dict.fromkeys(text[:30] for text in self.cells[i] if text), 4),
            without=as_option(rest),
            all=as_option(every),
        )


def _parts(column: Iterable[str], *, multi: bool) -> list[str]:
    texts = [part.strip() for text in column for part in (re.split("[;；]", text) if multi else [text])]
    return [text for text in texts if text]


def _same(text: str, comma: Comma) -> str:
    """Return what a value is compared by: its number if it is one, else its key."""
    value = as_number(text, comma)
    return key(text) if value is None else repr(value)
