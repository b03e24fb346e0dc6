"""What documents brought, in order of arrival and free of it, what the next may bring, and how rules read it."""

from collections.abc import Callable
from dataclasses import replace

from pydantic import JsonValue

from intercoder.errors import InvalidInput
from intercoder.interchange.codes import CodeList
from intercoder.interchange.incidence import IncidenceTable, declared_names, read_long, read_wide
from intercoder.interchange.reading import Shape, Wishes
from intercoder.interchange.shapes import saturation_shape
from intercoder.interchange.tables import shorten
from intercoder.language import gettext
from intercoder.models import SamplingUnit
from intercoder.reports import Counting, Facts, Figure, Grid, Note, Report, software
from intercoder.reports.files import Source
from intercoder.reports.files.level import LevelReport
from intercoder.reports.files.read_on import by_case, strata_of
from intercoder.reports.files.reading import reading_notes
from intercoder.reports.names import codes_of
from intercoder.reports.saturation import caveats, grade, reading_sentences, scope_of
from intercoder.stats.saturation.reading import Reading, read
from intercoder.stats.saturation.stopping import Rule

Say = Callable[[str], None]


def saturation_report(source: Source, wishes: Wishes, asked: Counting, codes: CodeList | None, say: Say) -> Report:
    """Return everything about a file of incidence, at every level that was asked for.

    Raises
    ------
    InvalidInput : all that the readers raise; ``undeclared_code``, ``no_code_at_level``, ``unknown_document``, ``unknown_case``,
        ``no_stratum_column``.
    """
    table = source.table
    wishes = replace(wishes, strata=tuple(name for name in asked.by if name not in ("case", "source", "coder")))
    shaped = saturation_shape(table, wishes)
    if shaped.shape is Shape.WIDE:
        given = read_wide(shaped.table, wishes)
    else:
        given = read_long(shaped.table, codes.codes if codes else (), shaped.reading, wishes)
    given = declared_names(given, codes)
    told = replace(given.reading, last_rows=shaped.reading.last_rows)
    notes: list[Note] = []
    if given.coders > 1:
        text = gettext("Codings of {n} coders are taken together: each new coder raises the curve.", n=given.coders)
        notes.append(Note("coders_together", text))
    _check(given, codes, table.name)
    strata = {by: strata_of(given, by, asked.unit, table.name) for by in asked.by}
    if asked.unit is SamplingUnit.CASE:
        given = by_case(given, table.name)
        text = gettext("Cases arrive, in the order of their first document.")
        notes.append(Note("cases_arrive", text))
    _named(given, asked, table.name)
    notes.append(Note("what_a_file_cannot_hold", cannot_hold()))
    figures: list[Figure] = []
    sections: list[Facts | Grid] = []
    scopes: dict[str, LevelReport] = {}
    for level in asked.levels or (None,):
        say(codes_of(level) if level else gettext("Overall"))
        scope = LevelReport(given, asked, codes, level, strata)
        figures += scope.figures
        sections += scope.sections
        notes += scope.notes
        scopes[level or "as_given"] = scope
    rule = Rule("guest2020", {"base": asked.base, "run": asked.run, "threshold": asked.threshold})
    held = {name: scope.held for name, scope in scopes.items() if scope.held is not None}
    reading = read({name: scope.result for name, scope in scopes.items()}, rule, held)
    sections.insert(0, _in_words(reading, asked.unit))
    notes += caveats(reading, asked.unit)
    layouts = {
        "long": gettext("codes in documents, one row for each (long)"),
        "wide": gettext("codes in documents, one column for each code (wide)"),
    }
    return Report(
        command="saturation",
        title=f"{table.name}: {layouts[given.layout]}",
        provenance={
            **source.to_json(),
            "format": given.layout,
            "levels": list(asked.levels),
            "by": list(asked.by),
            "reserved": list(asked.reserved),
            "base": asked.base,
            "run": asked.run,
            "threshold": asked.threshold,
            "initial": asked.initial,
            "stop": asked.stop,
            "orders": asked.orders,
            "resamples": asked.resamples,
            "seed": asked.seed,
            "coverage": asked.coverage,
            "unit": asked.unit.value,
            "declared": asked.declared or None,
            "software": software(),
        },
        data={
            "documents": list(given.documents),
            "codes": list(given.columns),
            "coders": given.coders or None,
            "cases": None if given.cases is None else list(given.cases),
            "sources": None if given.sources is None else list(given.sources),
        },
        figures=figures,
        notes=notes,
        sections=sections,
        more={"rules": reading.to_json(), "levels": _whole(scopes)},
        reading=reading_notes(told, source, of_codes=True),
    )


def _whole(scopes: dict[str, LevelReport]) -> dict[str, JsonValue]:
    return {name: scope.to_json() for name, scope in scopes.items()}


def _in_words(reading: Reading, unit: SamplingUnit) -> Facts:
    """Return the grade, and the sentences of facts and findings of every level."""
    pairs = []
    for scope in reading.facts:
        name = scope_of(scope)
        pairs += [(name if not i else "", s) for i, s in enumerate(reading_sentences(reading, scope, name, unit))]
    return Facts(grade(reading), pairs)


def cannot_hold() -> str:
    """Return what the program keeps beside codes in documents, and no file of them does."""
    return gettext(
        "A file holds which codes are in which documents, and no more: not when a rule was chosen, who declared what and why, "
        "what a ruling or a merge changed, nor properties and relations. What rests on these is told by a project alone."
    )


def _named(given: IncidenceTable, asked: Counting, name: str) -> None:
    wanted = [*asked.reserved, *([asked.declared] if asked.declared else [])]
    unknown = [unit for unit in wanted if unit not in given.documents]
    if unknown and asked.unit is SamplingUnit.CASE:
        raise InvalidInput(
            "unknown_case",
            "{file} has no case {unknown}; its cases are: {known}. With --unit case, write names of cases in --reserved and --declared as the "
            "file does.",
            file=name,
            unknown=shorten(unknown),
            known=shorten(given.documents),
        )
    if unknown:
        raise InvalidInput(
            "unknown_document",
            "{file} has no document {unknown}; its documents are: {known}. Write the names of --reserved and --declared as the file does.",
            file=name,
            unknown=shorten(unknown),
            known=shorten(given.documents),
        )


def _check(given: IncidenceTable, codes: CodeList | None, name: str) -> None:
    strange = sorted(frozenset[str]().union(*given.codes) - set(codes.codes)) if codes else []
    if strange:
        raise InvalidInput(
            "undeclared_codes",
            "{file} uses codes that the file of --codes does not have: {codes}. Correct them, or add them there.",
            file=name,
            codes=shorten(strange),
        )
