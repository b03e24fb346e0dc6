"""How far coders agree on units: every coefficient overall, and the tables that are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, TypeAlias, cast

import numpy as np

from intercoder.cli.files import Opened
from intercoder.cli.reports import Asked, Facts, Figure, Grid, Report, software
from intercoder.cli.reports.matrix import Matrix, matrix, plain
from intercoder.cli.reports.names import INTERVALS, KINDS, LIFTED, scope_name, title
from intercoder.cli.tables import between, number, percent, remark, right, worst_first
from intercoder.cli.words import gettext, translate
from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.ratings import RatingTable
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.coefficients import cohen_kappa, mean_pairwise_cohen_kappa, percent_agreement
from intercoder.stats.agreement.distances import Measurement
from intercoder.stats.agreement.overview import coefficients
from intercoder.stats.agreement.remarks import PARADOX, paradox
from intercoder.stats.agreement.results import FEW_POSITIVES, FEW_UNITS
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate

Say = Callable[[str], None]
#: what a row is sorted by, its cells, and what is said to it
Line: TypeAlias = tuple[float | None, Sequence[str], str]


class Agreement:
    """The figures, tables and notes of one matrix, computed step by step."""

    def __init__(self, data: Matrix, asked: Asked, say: Say) -> None:
        self.data, self.asked, self.say = data, asked, say
        self.figures: list[Figure] = []
        self.notes: list[tuple[str, str]] = list(data.notes)
        self.sections: list[Facts | Grid] = []
        self.paradox = False

    def run(self) -> "Agreement":
        """Compute everything that was asked for."""
        self._overall()
        for scope in self.asked.by:
            self.say(scope_name(scope))
            {"code": self._by_code, "pair": self._by_pair, "document": self._by_document, "coder": self._by_coder}[
                scope
            ]()
        self._remarks()
        return self

    def alpha(self, ratings: Ratings, level: str | None = None, *, resamples: int | None = None) -> Estimate:
        """Return alpha at the level that was asked for, with its interval."""
        return krippendorff_alpha(
            ratings,
            cast("Measurement", level or self.asked.level),
            resamples=self.asked.resamples if resamples is None else resamples,
            seed=self.asked.seed,
            method=self.asked.method,
            tree=self.data.tree,
        )

    # --- overall -------------------------------------------------------------------------------------

    def _overall(self) -> None:
        ratings, asked = self.data.ratings, self.asked
        self.say(gettext("Overall"))
        found = coefficients(
            ratings,
            cast("Measurement", asked.level),
            weights=cast("Any", asked.weights),
            resamples=asked.resamples,
            seed=asked.seed,
            method=asked.method,
            tree=self.data.tree,
        )
        first = f"krippendorff_alpha_{asked.level}" if asked.multi else "krippendorff_alpha"
        if first not in found:  # no unit has a value, so nobody could tell that the values would be sets
            first = next(iter(found))
        for key in (first, *(key for key in found if key != first)):
            name = key if asked.multi or not key.startswith("krippendorff_alpha") else f"{key}_{asked.level}"
            self.figures.append(Figure("overall", "", name, found[key].to_json()))
        self.sections += [self._enough(), _coefficient_table(self.figures)]
        self.paradox = paradox(found["percent_agreement_units"].value, found[first].value, ratings.largest_share)

    def _enough(self) -> Facts:
        ratings = self.data.ratings
        used = len(np.unique(ratings.index[ratings.index >= 0]))
        pairs = [
            (gettext("Units"), str(ratings.units)),
            (gettext("coded by two coders or more"), str(ratings.n_pairable)),
            (gettext("Coders"), f"{len(ratings.coders)}: {', '.join(ratings.coders)}"),
            (gettext("Values"), str(ratings.n_values)),
            (gettext("Missing"), f"{ratings.n_missing} ({percent(ratings.n_missing / max(ratings.index.size, 1))})"),
        ]
        if self.asked.multi:
            pairs.append((gettext("Codes"), str(len(self.data.codes))))
            pairs.append((gettext("Different code sets"), str(used)))
        else:
            pairs.append((gettext("Categories"), gettext("{used} used of {all}", used=used, all=len(ratings.values))))
        if self.data.document_names:
            pairs.insert(0, (gettext("Documents"), str(len(self.data.document_names))))
        return Facts(gettext("Is there enough?"), pairs)

    # --- tables --------------------------------------------------------------------------------------

    def _by_code(self) -> None:
        sets = self._sets()
        codes = self.data.codes
        binary = BinaryData.from_ratings(sets, codes)
        everyone = tuple(range(len(sets.coders)))
        names = ("alpha", "percent", "kappa", "ac1")
        table = binary.estimates(everyone, names, self.asked.resamples, self.asked.seed, self.asked.method)
        positives, used = binary.positives, binary.units_used
        values = max(sets.n_values, 1)
        lines = []
        for c, code in enumerate(codes):
            total = int(positives[:, c].sum())
            counts = {"positives": total, "prevalence": total / values, "units_used": int(used[c])}
            found = {name: _figure("code", code, table[name][c], **counts) for name in names}
            self.figures += found.values()
            alpha = found["alpha"]
            said = remark(alpha)
            if not said and total < FEW_POSITIVES:
                said = gettext("applied fewer than 5 times")
            row = (
                code,
                number(alpha.value),
                between(alpha),
                percent(found["percent"].value),
                number(found["kappa"].value),
                number(found["ac1"].value),
                str(total),
                percent(total / values),
            )
            lines.append((alpha.value, row, said))
        columns = [
            scope_name("code"),
            right(gettext("alpha")),
            gettext("95 % interval"),
            right(gettext("percent")),
            right(gettext("kappa")),
            ">AC1",
            right(gettext("applied")),
            right(gettext("share")),
        ]
        self._grid(gettext("By code, lowest alpha first (each code: used or not)"), columns, lines)

    def _by_pair(self) -> None:
        ratings = self.data.ratings
        lines = []
        for i, j in combinations(range(len(ratings.coders)), 2):
            name = f"{ratings.coders[i]} – {ratings.coders[j]}"
            lines.append(self._line("pair", name, ratings.select(coders=(i, j))))
        self._grid(gettext("By pair of coders, lowest alpha first"), self._columns("pair"), lines)

    def _by_document(self) -> None:
        ratings = self.data.ratings
        assert ratings.documents is not None
        lines = []
        for d, name in enumerate(self.data.document_names):
            part = ratings.select(units=ratings.documents == d)
            present = [i for i in range(len(part.coders)) if (part.index[i] >= 0).any()]
            lines.append(self._line("document", name, part.select(coders=present)))
        self._grid(gettext("By document, lowest alpha first"), self._columns("document"), lines)

    def _by_coder(self) -> None:
        """With two coders nobody can be left out."""
        ratings = self.data.ratings
        everyone = range(len(ratings.coders))
        if len(everyone) < 3:
            self.notes.append(("few_coders", gettext("With fewer than three coders nobody can be left out.")))
            return
        full = self.figures[0].value
        lines = []
        for left in everyone:
            without = self.alpha(ratings.select(coders=[i for i in everyone if i != left]))
            change = None if without.value is None or full is None else without.value - full
            figure = _figure("coder", ratings.coders[left], without, delta=change)
            self.figures.append(figure)
            sign = "" if change is None else f"{round(change, 3) + 0.0:+.3f}"
            row = (ratings.coders[left], number(without.value), between(figure), sign)
            lines.append((None if change is None else -change, row, remark(figure)))
        columns = [
            scope_name("coder"),
            right(gettext("alpha")),
            gettext("95 % interval"),
            right(gettext("change")),
        ]
        self._grid(gettext("Alpha without one coder, the greatest rise first"), columns, lines)

    def _line(self, scope: str, name: str, part: Ratings) -> Line:
        kappa = (
            cohen_kappa(part, cast("Any", self.asked.weights))
            if len(part.coders) == 2
            else mean_pairwise_cohen_kappa(part)
        )
        found = [_figure(scope, name, one) for one in (self.alpha(part), percent_agreement(part), kappa)]
        self.figures += found
        alpha, share, kappa_figure = found
        said = remark(alpha)
        if not said and part.n_pairable < FEW_UNITS:
            said = gettext("few units")
        row = (
            name,
            number(alpha.value),
            between(alpha),
            percent(share.value),
            number(kappa_figure.value),
            str(part.n_pairable),
        )
        return alpha.value, row, said

    def _columns(self, scope: str) -> list[str]:
        return [
            scope_name(scope),
            right(gettext("alpha")),
            gettext("95 % interval"),
            right(gettext("percent")),
            right(gettext("kappa")),
            right(gettext("units")),
        ]

    def _grid(self, heading: str, columns: list[str], lines: Sequence[Line]) -> None:
        if not lines:
            return
        ordered = sorted(lines, key=lambda line: worst_first(line[0]))
        self.sections.append(Grid(heading, columns, [row for _, row, _ in ordered], [said for _, _, said in ordered]))

    def _sets(self) -> Ratings:
        """Return the ratings with every value as a set of codes."""
        ratings = self.data.ratings
        if self.asked.multi:
            return ratings
        return replace(ratings, values=tuple(frozenset({plain(value)}) for value in ratings.values))

    # --- notes ---------------------------------------------------------------------------------------

    def _remarks(self) -> None:
        ratings, alpha = self.data.ratings, self.figures[0]
        if self.paradox:
            self.notes.append(("paradox", translate(PARADOX)))
        if ratings.documents is not None:
            coders = [
                (ratings.index[:, ratings.documents == d] >= 0).any(axis=1).sum()
                for d in range(len(self.data.document_names))
            ]
            single = sum(int(n) < 2 for n in coders)
            if single:
                text = gettext("{n} documents were finished by one coder only and compare with nothing.", n=single)
                self.notes.append(("single_coder_documents", text))
        interval = alpha.interval
        if interval is not None and interval.get("below_667") is not None:
            text = gettext(
                "Of the resamples of alpha {low} lie below .667 and {middle} below .800; Krippendorff asks for .800, and "
                "takes .667 for tentative conclusions.",
                low=percent(interval["below_667"]),
                middle=percent(interval["below_800"]),
            )
            self.notes.append(("thresholds", text))
            drawn = {"document": gettext("whole documents"), "unit": gettext("units")}.get(
                str(interval["clustered_by"]), ""
            )
            text = gettext(
                "Intervals of alpha: {resamples} resamples of {drawn} ({method}), seed {seed}.",
                resamples=interval["resamples"],
                drawn=drawn,
                method=translate(INTERVALS[self.asked.method]),
                seed=interval["seed"],
            )
            self.notes.append(("intervals", text))
        if any(one.found.get("se") is not None and one.interval for one in self.figures[1:]):
            text = gettext("Intervals of the other coefficients: from their standard error, for these coders.")
            self.notes.append(("analytic_intervals", text))
        self.notes.append(
            (
                "independence",
                gettext("Agreement is not validity, and it means something only for work done before any discussion."),
            )
        )


def _figure(scope: str, name: str, estimate: Estimate, **more: Any) -> Figure:
    found = estimate.to_json() | more
    parameters = found["parameters"]
    kinds = [str(parameters[key]) for key in ("level", "variant") if key in parameters]
    weights = str(parameters.get("weights", "identity"))
    key = "_".join([estimate.method, *kinds, *([weights] if weights != "identity" else [])])
    return Figure(scope, name, key, found)


def _coefficient_table(figures: Sequence[Figure]) -> Grid:
    columns = [gettext("Coefficient"), right(gettext("value")), gettext("95 % interval"), right(gettext("units"))]
    rows = [(title(one), number(one.value), between(one), str(one.found["n_pairable"])) for one in figures]
    return Grid(gettext("Coefficients"), columns, rows, [remark(one) for one in figures])


def ratings_report(found: RatingTable, opened: Opened, asked: Asked, codes: CodeList | None, say: Say) -> Report:
    """Return everything about a file of ratings.

    Raises
    ------
    InvalidInput : ``no_documents`` when a table by document is asked for and the file has none, and all
        that ``matrix`` raises.
    """
    name = opened.table.name
    if "document" in asked.by and found.documents is None:
        raise InvalidInput(
            "no_document_column",
            "{file} has no column document, so there is no table by document. Add the column, or leave document out of "
            "--by.",
            file=name,
        )
    if asked.level == "tree" and codes is not None and not codes.parents:
        raise InvalidInput(
            "no_parents",
            "The level tree needs to know which code stands under which: give the file of --codes a column parent.",
        )
    data = matrix(found, asked, codes, name)
    done = Agreement(data, asked, say).run()
    ratings = data.ratings
    layouts = {
        "long": gettext("ratings, one row for each decision (long)"),
        "wide": gettext("ratings, one column for each coder (wide)"),
    }
    level = translate(KINDS[asked.level])
    if asked.lift:
        level = f"{translate(LIFTED[asked.lift])}, {level}"
    return Report(
        command="reliability",
        title=f"{name}: {layouts[found.layout]}; {level}",
        provenance={
            **opened.to_json(),
            "format": found.layout,
            "multi": asked.multi,
            "level": asked.level,
            "at": asked.lift,
            "weights": asked.weights,
            "resamples": asked.resamples,
            "seed": asked.seed,
            "interval": asked.method,
            "software": software(),
        },
        data={
            "coders": list(ratings.coders),
            "documents": list(data.document_names) if found.documents else None,
            "units": ratings.units,
            "n_pairable": ratings.n_pairable,
            "n_values": ratings.n_values,
            "n_missing": ratings.n_missing,
            "categories": list(data.codes),
            "paradox": done.paradox,
        },
        figures=done.figures,
        notes=done.notes,
        sections=done.sections,
    )
