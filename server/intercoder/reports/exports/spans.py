"""What a file of a report holds of free spans: tables of a paper, rows of numbers, plain values."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import JsonValue

from intercoder.interchange.papers import Sentences, Table
from intercoder.interchange.sheets import Value as Shown
from intercoder.reports import papers, spans
from intercoder.reports.agreement import pair_name
from intercoder.services.results import Contents
from intercoder.services.span_sections import cells_of, span_json, tables_of, whole_of
from intercoder.stats.spans.digest import Matched, Segments, SpanFigure, Value

Line = tuple[str, str, str, str, float | None, float | None, float | None, str | None]


def span_parts(report: Contents, called: Mapping[str, str]) -> list[Sentences | Table]:
    """Return the tables about free spans; none where a report has no such section. ``called``: coder → name."""
    whole = whole_of(report.sections)
    if whole is None:
        return []
    tables = tables_of(report.sections)
    names = {code.id: code.name for code in report.provenance.codes}
    titles = {document.id: document.title for document in report.provenance.documents}
    made = (
        spans.overall_table(whole),
        spans.codes_table(tables.by_code, names),
        spans.pairs_table(tables.by_pair, called, whole.headline),
        spans.left_out_table(tables.left_out, called, whole.headline),
        spans.documents_table(tables.by_document, titles, called, whole.headline),
    )
    return [papers.table(table) for table in made]


def span_rows(report: Contents, called: Mapping[str, str]) -> Iterator[Sequence[Shown]]:
    """Yield the numbers about free spans as rows of the csv of a report; spans are no units, so it counts none."""
    for scope, name, identifier, key, value, low, high, reason in _lines(report, called):
        yield scope, name, identifier, key, value, low, high, None, None, reason


def _lines(report: Contents, called: Mapping[str, str]) -> Iterator[Line]:
    whole = whole_of(report.sections)
    if whole is None:
        return
    tables, cells = tables_of(report.sections), cells_of(report.sections)
    names = {code.id: code.name for code in report.provenance.codes}
    titles = {document.id: document.title for document in report.provenance.documents}
    yield from _estimates("overall", "", "", whole.overall)
    if whole.independent:
        yield from _estimates("overall, independent layers", "", "", whole.independent)
    yield _plain("overall", "", "", "mean_character_kappa", Value(whole.kappa.value, None))
    yield from _pooled("overall", "", "", whole.segments, whole.f1)
    for row in tables.by_code:
        at = ("code", names[row.code], row.code)
        low, high = row.interval or (None, None)
        yield (*at, "binary_u_alpha", row.alpha.value, low, high, row.alpha.reason)
        yield _plain(*at, "ku_alpha", row.ku_alpha)
        yield _plain(*at, "character_alpha", row.character_alpha)
        yield _plain(*at, "mean_character_kappa", Value(row.kappa.value, None if row.kappa.n else "no_defined_code"))
        yield from _pooled(*at, row.segments, row.f1)
    for pair in tables.by_pair:
        of = ("pair", pair_name(pair.coders, called), "")
        yield from _estimates(*of, pair.estimates)
        yield _plain(*of, "mean_character_kappa", Value(pair.kappa.value, None if pair.kappa.n else "no_defined_code"))
        yield from _pooled(*of, pair.segments, pair.f1)
        yield _plain(*of, "f1_characters", Value(pair.f1_characters, None if pair.f1.total else "not_used"))
    for cell in cells.rows:
        code, pair_of = cells.codes[cell.code], (cells.coders[cell.first], cells.coders[cell.second])
        of = ("code and pair", f"{names[code]} · {pair_name(pair_of, called)}", code)
        yield _plain(*of, "binary_u_alpha", cell.alpha)
        yield _plain(*of, "character_kappa", cell.kappa)
        yield from _pooled(*of, cell.segments, cell.f1)
    for document in tables.by_document:
        for key, value in document.values.items():
            yield _plain("document", titles[document.document], document.document, key, value)
    for left in tables.left_out:
        yield _plain("without", called[left.coder], "", whole.headline, left.value)


def _estimates(scope: str, name: str, identifier: str, estimates: Mapping[str, SpanFigure]) -> Iterator[Line]:
    for key, e in estimates.items():
        low, high = (e.interval.low, e.interval.high) if e.interval else (None, None)
        yield scope, name, identifier, key, e.value, low, high, e.reason


def _plain(scope: str, name: str, identifier: str, key: str, value: Value) -> Line:
    return scope, name, identifier, key, value.value, None, None, value.reason


def _pooled(scope: str, name: str, identifier: str, segments: Segments, f1: Matched) -> Iterator[Line]:
    reason = None if f1.total else "not_used"
    for key, value in (
        ("segment_agreement", segments.share),
        ("f1_exact", f1.exact),
        ("f1_overlap", f1.overlap),
    ):
        yield _plain(scope, name, identifier, key, Value(value, reason))


def span_values(report: Contents) -> dict[str, JsonValue] | None:
    """Return everything that is kept about free spans, also of each code and pair that used it, for the JSON of a report."""
    said = span_json(report.sections)
    if said is None:
        return None
    cells = cells_of(report.sections)
    of_pairs: list[JsonValue] = [
        {
            "code": cells.codes[cell.code],
            "coders": [cells.coders[cell.first], cells.coders[cell.second]],
            "binary_u_alpha": cell.alpha._asdict(),
            "character_kappa": cell.kappa._asdict(),
            "length": cell.length,
            "both": cell.both,
            "only_first": cell.only_first,
            "only_second": cell.only_second,
            "segments": cell.segments._asdict(),
            "f1": cell.f1._asdict(),
        }
        for cell in cells.rows
    ]
    return {**said, "by_code_and_pair": of_pairs}
