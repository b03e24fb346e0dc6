"""What supports a category: documents, cases, source types, properties; and which concept is seen where."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from intercoder.stats.results import Plain
from intercoder.stats.saturation.study.events import Relation, Study
from intercoder.stats.saturation.study.views import Look, look
from intercoder.stats.tree import Level

THIN, DEVELOPING, NO_RECENT_NEWS = "thin", "developing", "no_recent_news"


@dataclass(frozen=True, slots=True)
class RelationSupport:
    """A relation between two codes, and the documents and cases that show it."""

    relation: Relation
    documents: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True)
class Support(Plain):
    """What a category (a concept, theme or construct) rests on; no verdict.

    ``documents``, ``cases``, ``sources``: how many hold it. ``touching_documents``: those that hold it or
    show a property of it, and how many of them came since the last one with a new property or dimension
    (all when there never was one). ``quotations``: by case, where quotations were counted. ``negative``:
    documents marked as contradicting it.

    ``traffic``: ``thin`` (fewer than 2 cases or 2 source types, or no property), ``developing`` (something
    new in the last 2 touching documents) or ``no_recent_news``. Never "saturated".
    """

    category: str
    documents: int
    cases: int
    sources: int
    properties: int
    dimensions: int
    touching_documents: int
    touching_documents_since_last_new: int
    last_new_document: str | None
    quotations: dict[str, int]
    negative: tuple[str, ...]
    relations: tuple[RelationSupport, ...]
    traffic: str


def category_support(
    study: Study, level: Level, *, view: str = "union", order: Sequence[str] | None = None
) -> dict[str, Support]:
    """Return the support of every live category of that level, of those too that nothing supports.

    ``order``: of the documents, see ``look``. Properties count for the category they were noted for, not for those above it. O(applications +
    properties + relations), and for every category O(documents + different relations). ``WrongArgument`` for a
    view that is none.
    """
    seen = look(study, view, level, order)
    ranks = {code: i for i, code in enumerate(study.levels)}
    live = {study.live(code) for code in ranks}
    categories = sorted((c for c in live if study.levels[c] == level), key=ranks.__getitem__)
    relations = _relations(study, seen.docs)
    notes: dict[str, dict[str, _Note]] = {code: {} for code in categories}
    for doc, codes in zip(seen.docs, seen.codes, strict=True):
        for code in codes:
            notes[code].setdefault(doc, _Note()).held = True
        for code, name, place in study.properties.get(doc, ()):
            owner = study.live(code)
            if owner in notes:
                note = notes[owner].setdefault(doc, _Note())
                note.shown.add((name, None))
                if place is not None:
                    note.shown.add((name, place))
    negative: dict[str, set[str]] = {}
    for doc, code in study.negative:
        negative.setdefault(study.live(code), set()).add(doc)
    quotations = _quotations(study, seen)
    support = {}
    for code in categories:
        about = [relation for relation in relations if code in {relation.relation[0], relation.relation[2]}]
        against = tuple(doc for doc in seen.docs if doc in negative.get(code, ()))
        support[code] = _support(study, code, notes[code], about, against, quotations.get(code, {}))
    return support


@dataclass(slots=True)
class _Note:
    """One document on one category: whether it holds it, and the properties and places that it shows."""

    held: bool = False
    shown: set[tuple[str, str | None]] = field(default_factory=set)


def _support(
    study: Study,
    code: str,
    notes: dict[str, _Note],
    relations: list[RelationSupport],
    negative: tuple[str, ...],
    quotations: dict[str, int],
) -> Support:
    known: set[tuple[str, str | None]] = set()
    since, last = 0, None
    for doc, note in notes.items():
        since += 1
        if note.shown - known:
            since, last = 0, doc
        known |= note.shown
    docs = [doc for doc, note in notes.items() if note.held]
    properties = sum(place is None for _, place in known)
    cases, sources = _different(study, docs, "case"), _different(study, docs, "source")
    thin = cases < 2 or sources < 2 or not properties
    return Support(
        category=code,
        documents=len(docs),
        cases=cases,
        sources=sources,
        properties=properties,
        dimensions=len(known) - properties,
        touching_documents=len(notes),
        touching_documents_since_last_new=since,
        last_new_document=last,
        quotations=quotations,
        negative=negative,
        relations=tuple(relations),
        traffic=THIN if thin else DEVELOPING if since < 2 else NO_RECENT_NEWS,
    )


def _different(study: Study, docs: Iterable[str], what: str) -> int:
    return len({getattr(study.sources[doc], what) for doc in docs} - {None})


def _quotations(study: Study, seen: Look) -> dict[str, dict[str, int]]:
    """Return for every category the quotations by case, where they were counted."""
    by_category: dict[str, dict[str, int]] = {}
    counted = set(seen.docs)
    for (doc, applied, _), count in sorted(study.quotations.items()):
        code = study.lift(applied, seen.level)
        if doc in counted and code is not None:
            by_case, case = by_category.setdefault(code, {}), study.sources[doc].case or ""
            by_case[case] = by_case.get(case, 0) + count
    return by_category


def _relations(study: Study, docs: Iterable[str]) -> list[RelationSupport]:
    shown: dict[Relation, list[str]] = {}
    for doc in docs:
        for relation in study.relations_in(doc):
            shown.setdefault(relation, []).append(doc)
    return [
        RelationSupport(relation, tuple(where), _different(study, where, "case"))
        for relation, where in sorted(shown.items())
    ]


@dataclass(frozen=True, slots=True)
class Touch:
    """A document that holds a category: its case and kind of source, and the codes below the category that it holds."""

    document: str
    case: str | None
    source: str | None
    below: frozenset[str]


@dataclass(frozen=True, slots=True)
class Developed(Plain):
    """What a category rests on where its properties are not recorded: the codes below it stand for what is new about it.

    ``documents``, ``cases``, ``sources``: how many hold it. ``below``: different codes below it. ``first``: the first document that
    holds it (code saturation), ``last_news``: the last one that brought a new code below it (meaning saturation; Hennink, Kaiser &
    Marconi 2017), and ``since``: how many that hold it came after that, all where none did. ``traffic``: as in ``Support``, but for
    properties.
    """

    documents: int
    cases: int
    sources: int
    below: int
    first: str | None
    last_news: str | None
    since: int
    traffic: str


def developed(touches: Sequence[Touch]) -> Developed:
    """Return what a category rests on, of the documents that hold it in order of arrival. O(codes in them)."""
    known: set[str] = set()
    since, last = 0, None
    for touch in touches:
        since += 1
        if touch.below - known:
            since, last = 0, touch.document
        known |= touch.below
    cases = len({touch.case for touch in touches} - {None})
    sources = len({touch.source for touch in touches} - {None})
    thin = cases < 2 or sources < 2
    return Developed(
        documents=len(touches),
        cases=cases,
        sources=sources,
        below=len(known),
        first=touches[0].document if touches else None,
        last_news=last,
        since=since,
        traffic=THIN if thin else DEVELOPING if since < 2 else NO_RECENT_NEWS,
    )


@dataclass(frozen=True, slots=True)
class Triangulation(Plain):
    """Concepts x (case, source type): in how many documents the concept is seen; empty ones stay visible.

    ``cells[row][column]``. ``documents``: how many documents a column has. ``empty_rows`` and
    ``empty_columns`` hold nothing at all.
    """

    level: Level
    rows: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    documents: tuple[int, ...]
    cells: tuple[tuple[int, ...], ...]
    empty_rows: tuple[str, ...]
    empty_columns: tuple[tuple[str, str], ...]


def triangulation(study: Study, *, level: Level = Level.CONCEPT, view: str = "union") -> Triangulation:
    """Return which code of that level is seen in which case and which source type.

    Rows are all live codes of the level, used or not, as they were made; columns every pair of a case and
    a source type that any counted documents have, in full: a pair without a document is an empty column.
    ``WrongArgument`` for a view that is none. O(applications + columns x (rows + documents)).
    """
    seen = look(study, view, level)
    rows = [code for code in study.levels if study.levels[code] == level and study.live(code) == code]
    where = [(study.sources[doc].case or "", study.sources[doc].source or "") for doc in seen.docs]
    cases, sources = (list(dict.fromkeys(names)) for names in zip(*where, strict=True)) if where else ([], [])
    columns = [(case, source) for case in cases for source in sorted(sources)]
    count = {(row, column): 0 for row in rows for column in columns}
    for column, codes in zip(where, seen.codes, strict=True):
        for code in codes:
            count[code, column] += 1
    cells = tuple(tuple(count[row, column] for column in columns) for row in rows)
    return Triangulation(
        level=level,
        rows=tuple(rows),
        columns=tuple(columns),
        documents=tuple(where.count(column) for column in columns),
        cells=cells,
        empty_rows=tuple(row for row, line in zip(rows, cells, strict=True) if not any(line)),
        empty_columns=tuple(c for i, c in enumerate(columns) if not any(line[i] for line in cells)),
    )
