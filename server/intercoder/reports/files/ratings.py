"""How far coders agree on units: every coefficient overall, and the tables that are asked for."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from pydantic import JsonValue

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.ratings import RatingTable
from intercoder.language import gettext, inline, translate
from intercoder.reports import Asked, Cell, Column, Facts, Figure, Grid, Note, Report, grid, right, software
from intercoder.reports.agreement import (
    codes_table,
    documents_table,
    few_comparable,
    interval_column,
    left_out_table,
    pairs_table,
    remarks,
)
from intercoder.reports.benchmark import benchmark_json, benchmark_notes
from intercoder.reports.files import Source
from intercoder.reports.files.matrix import Matrix, matrix, plain
from intercoder.reports.files.reading import reading_notes
from intercoder.reports.names import DRAWN, INTERVALS, KINDS, codes_of, coefficient, scope_name
from intercoder.reports.numbers import ends, number, percent, remark
from intercoder.stats.agreement.alpha import krippendorff_alpha
from intercoder.stats.agreement.binary import BinaryData
from intercoder.stats.agreement.coefficients import cohen_kappa, mean_pairwise_cohen_kappa, percent_agreement
from intercoder.stats.agreement.overview import coefficients
from intercoder.stats.agreement.remarks import paradox
from intercoder.stats.agreement.results import (
    FEW_POSITIVES,
    FEW_UNITS,
    CodeAgreement,
    DocumentAgreement,
    LeftOut,
    PairAgreement,
)
from intercoder.stats.reliability import Ratings
from intercoder.stats.results import Estimate

Say = Callable[[str], None]
#: coefficients of the tables, with the keys of the rows of ``stats.agreement.results``
#: what asks which coder gave which value
OF_CODERS = frozenset(
    {
        "percent_agreement_coderpairs",
        "holsti",
        "holsti_reliability",
        "cohen_kappa",
        "scott_pi",
        "mean_pairwise_cohen_kappa",
        "conger_kappa",
    }
)
#: its interval is printed for comparison, and too narrow to judge by
OWN_INTERVAL = frozenset({"krippendorff_alpha_own"})
CODE_MEASURES = ("alpha", "percent", "kappa", "ac1")


class Agreement:
    """The figures, tables and notes of one matrix, computed step by step."""

    def __init__(self, data: Matrix, asked: Asked, say: Say, *, anonymous: bool = False) -> None:
        self.anonymous = anonymous
        self.data, self.asked, self.say = data, asked, say
        self.figures: list[Figure] = []
        self.notes: list[Note] = list(data.notes)
        self.sections: list[Facts | Grid] = []
        self.paradox = False
        self.coders = {coder: coder for coder in data.ratings.coders}

    def run(self) -> "Agreement":
        """Compute everything that was asked for."""
        alpha = self._overall()
        tables: dict[str, Callable[[], None]] = {
            "code": self._by_code,
            "pair": self._by_pair,
            "document": self._by_document,
            "coder": lambda: self._by_coder(alpha),
        }
        for scope in self.asked.by:
            self.say(scope_name(scope))
            tables[scope]()
        self._remarks(alpha)
        return self

    def alpha(self, ratings: Ratings) -> Estimate:
        """Return alpha at the level that was asked for, with its interval."""
        return krippendorff_alpha(
            ratings,
            self.asked.level,
            resamples=self.asked.resamples,
            seed=self.asked.seed,
            method=self.asked.method,
            tree=self.data.tree,
        )

    # --- overall -------------------------------------------------------------------------------------

    def _overall(self) -> Estimate:
        """Add every coefficient, and return the first one: alpha."""
        ratings, asked = self.data.ratings, self.asked
        self.say(gettext("Overall"))
        estimates = coefficients(
            ratings,
            asked.level,
            weights=asked.weights,
            resamples=asked.resamples,
            seed=asked.seed,
            method=asked.method,
            tree=self.data.tree,
        )
        if self.anonymous:
            estimates = {key: _unknown(e) if key in OF_CODERS else e for key, e in estimates.items()}
        first = f"krippendorff_alpha_{asked.level}" if asked.multi else "krippendorff_alpha"
        if first not in estimates:  # no unit has a value, so nobody could tell that the values would be sets
            first = next(iter(estimates))
        ahead = [
            key for key in ("mv_alpha", first) if key in estimates
        ]  # the author's own answer for sets stands first
        ordered = {key: estimates[key] for key in (*ahead, *(key for key in estimates if key not in ahead))}
        for key, estimate in ordered.items():
            name = key if asked.multi or not key.startswith("krippendorff_alpha") else f"{key}_{asked.level}"
            entry: dict[str, JsonValue] = dict(estimate.to_json())
            if key not in OWN_INTERVAL and (ranges := benchmark_json(estimate)):
                entry["benchmark"] = ranges
            self.figures.append(Figure("overall", "", name, estimate, entry))
        self.sections += [self._enough(), coefficients_table(self.figures, list(ordered.values()))]
        percents, alpha = estimates["percent_agreement_units"], estimates[first]
        ac1 = next(e for key, e in estimates.items() if key in ("gwet_ac1", "gwet_ac2"))
        self.paradox = paradox(percents.value, alpha.value, ratings.largest_share, ac1.value)
        return alpha

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
        binary = BinaryData.from_ratings(sets, self.data.codes)
        everyone = tuple(range(len(sets.coders)))
        table = binary.estimates(everyone, CODE_MEASURES, self.asked.resamples, self.asked.seed, self.asked.method)
        positives, used = binary.positives, binary.units_used
        rows = []
        for c, code in enumerate(self.data.codes):
            total = int(positives[:, c].sum())
            row = CodeAgreement(
                code=code,
                estimates={name: table[name][c] for name in CODE_MEASURES},
                prevalence=total / max(sets.n_values, 1),
                positives=total,
                units_used=int(used[c]),
                by_coder={coder: int(positives[i, c]) for i, coder in enumerate(sets.coders)},
                few_positives=total < FEW_POSITIVES,
                paradox=False,
            )
            rows.append(row)
            for estimate in row.estimates.values():
                counts = {"positives": total, "prevalence": row.prevalence, "units_used": row.units_used}
                self._add("code", code, estimate, **counts)
        self._section(codes_table(rows, {code: code for code in self.data.codes}))

    def _by_pair(self) -> None:
        ratings = self.data.ratings
        rows = []
        for i, j in combinations(range(len(ratings.coders)), 2):
            coders = (ratings.coders[i], ratings.coders[j])
            rows.append(
                PairAgreement(coders, self._measures("pair", " – ".join(coders), ratings.select(coders=(i, j))))
            )
        self._section(pairs_table(rows, self.coders))

    def _by_document(self) -> None:
        ratings = self.data.ratings
        assert ratings.documents is not None
        rows = []
        for d, name in enumerate(self.data.document_names):
            part = ratings.select(units=ratings.documents == d)
            present = [i for i in range(len(part.coders)) if (part.index[i] >= 0).any()]
            finished = part.select(coders=present)
            few = finished.n_pairable < FEW_UNITS
            estimates = self._measures("document", name, finished)
            rows.append(DocumentAgreement(name, finished.coders, estimates, few))
        self._section(documents_table(rows, {name: name for name in self.data.document_names}, self.coders))

    def _by_coder(self, alpha: Estimate) -> None:
        """With two coders nobody can be left out."""
        ratings = self.data.ratings
        everyone = range(len(ratings.coders))
        if len(everyone) < 3:
            self.notes.append(Note("few_coders", gettext("With fewer than three coders nobody can be left out.")))
            return
        rows = []
        for left in everyone:
            without = self.alpha(ratings.select(coders=[i for i in everyone if i != left]))
            change = None if without.value is None or alpha.value is None else without.value - alpha.value
            rows.append(LeftOut(ratings.coders[left], without, change))
            self._add("coder", ratings.coders[left], without, delta=change)
        self._section(left_out_table(rows, self.coders))

    def _measures(self, scope: str, name: str, part: Ratings) -> dict[str, Estimate]:
        """Return alpha, percent agreement and kappa of some coders and units, and add them to the figures."""
        kappa = cohen_kappa(part, self.asked.weights) if len(part.coders) == 2 else mean_pairwise_cohen_kappa(part)
        estimates = {"alpha": self.alpha(part), "percent": percent_agreement(part), "kappa": kappa}
        for estimate in estimates.values():
            self._add(scope, name, estimate)
        return estimates

    def _add(self, scope: str, name: str, estimate: Estimate, **more: float | None) -> None:
        self.figures.append(Figure(scope, name, _key(estimate), estimate, {**estimate.to_json(), **more}))

    def _section(self, table: Grid) -> None:
        if table.rows:
            self.sections.append(table)

    def _sets(self) -> Ratings:
        """Return the ratings with every value as a set of codes."""
        ratings = self.data.ratings
        if self.asked.multi:
            return ratings
        return replace(ratings, values=tuple(frozenset({plain(value)}) for value in ratings.values))

    # --- notes ---------------------------------------------------------------------------------------

    def _remarks(self, alpha: Estimate) -> None:
        ratings = self.data.ratings
        single = 0
        if ratings.documents is not None:
            coders = [
                int((ratings.index[:, ratings.documents == d] >= 0).any(axis=1).sum())
                for d in range(len(self.data.document_names))
            ]
            single = sum(n < 2 for n in coders)
        self.notes += few_comparable(ratings.units, ratings.n_pairable)
        self.notes += remarks(single=single, one_category=self.paradox)
        interval = alpha.interval
        if interval is not None and interval.below_667 is not None:
            text = gettext(
                "Of the resamples of alpha {low} lie below .667 and {middle} below .800; Krippendorff asks for .800, and "
                "takes .667 for tentative conclusions.",
                low=percent(interval.below_667),
                middle=percent(interval.below_800),
            )
            self.notes.append(Note("thresholds", text))
            text = gettext(
                "Intervals of alpha: {resamples} resamples of {drawn} ({method}), seed {seed}.",
                resamples=interval.resamples,
                drawn=translate(DRAWN[interval.clustered_by or "unit"]),
                method=translate(INTERVALS[self.asked.method]),
                seed=interval.seed,
            )
            self.notes.append(Note("intervals", text))
        self.notes += benchmark_notes(coefficient(alpha.method, alpha.parameters), alpha)
        if any(
            isinstance(f.number, Estimate) and f.number.se is not None and f.number.interval for f in self.figures[1:]
        ):
            text = gettext("Intervals of the other coefficients: from their standard error, for these coders.")
            self.notes.append(Note("analytic_intervals", text))
        self.notes.append(independence())


def _unknown(estimate: Estimate) -> Estimate:
    """Return an estimate of known coders where nobody knows who is who."""
    return replace(estimate, value=None, reason="coders_unknown", interval=None, interval_reason="no_value", se=None)


def independence() -> Note:
    """Return the note that ends every report on agreement."""
    text = gettext("Agreement is not validity, and it means something only for work done before any discussion.")
    return Note("independence", text)


def _key(estimate: Estimate) -> str:
    parameters = estimate.parameters
    kinds = [str(parameters[key]) for key in ("level", "variant") if key in parameters]
    weights = str(parameters.get("weights", "identity"))
    return "_".join([estimate.method, *kinds, *([weights] if weights != "identity" else [])])


def coefficients_table(figures: Sequence[Figure], estimates: Sequence[Estimate]) -> Grid:
    """Return the coefficients over everything, one below the other."""
    columns: list[str | Column] = [
        gettext("Coefficient"),
        right(gettext("value")),
        interval_column(),
        right(inline(gettext("Units"))),
    ]
    rows = [
        (
            coefficient(estimate.method, estimate.parameters, figure.coefficient),
            Cell(number(estimate.value), estimate),
            ends(estimate.interval),
            str(estimate.n_pairable),
        )
        for figure, estimate in zip(figures, estimates, strict=True)
    ]
    return grid(gettext("Coefficients"), columns, rows, [remark(estimate) for estimate in estimates])


def ratings_report(given: RatingTable, source: Source, asked: Asked, codes: CodeList | None, say: Say) -> Report:
    """Return everything about a file of ratings.

    Raises
    ------
    InvalidInput : ``no_documents`` when a table by document is asked for and the file has none, and all
        that ``matrix`` raises.
    """
    name = source.table.name
    if "document" in asked.by and given.documents is None:
        raise InvalidInput(
            "no_document_column",
            "{file} has no column document, so there is no table by document. Add the column, or leave document out of "
            "--by.",
            file=name,
        )
    if given.anonymous and {"pair", "coder"} & set(asked.by):
        raise InvalidInput(
            "coders_unknown",
            "{file} holds counts, which do not say which coder gave which value: leave pair and coder out of --by.",
            file=name,
        )
    if asked.level == "tree" and codes is not None and not codes.parents:
        raise InvalidInput(
            "no_parents",
            "The level tree needs to know which code stands under which: give the file of --codes a column parent.",
        )
    if given.layout == "crosstab":
        given = replace(given, coders=(gettext("rows"), gettext("columns")))
    data = matrix(given, asked, codes, name)
    done = Agreement(data, asked, say, anonymous=given.anonymous).run()
    ratings = data.ratings
    layouts = {
        "long": gettext("ratings, one row for each decision (long)"),
        "wide": gettext("ratings, one column for each coder (wide)"),
        "counts": gettext("counts of coders, one column for each category"),
        "crosstab": gettext("a cross table of two coders"),
    }
    level = translate(KINDS[asked.level])
    if asked.lift:
        level = f"{codes_of(asked.lift)}, {level}"
    return Report(
        command="reliability",
        title=f"{name}: {layouts[given.layout]}; {level}",
        provenance={
            **source.to_json(),
            "format": given.layout,
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
            "documents": list(data.document_names) if given.documents else None,
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
        reading=reading_notes(given.reading, source),
    )
