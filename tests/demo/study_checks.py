"""What the demo study promises: its keys fit together, its codings lie where their words are, coders differ in places."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from intercoder.cli.demo.study import Code, Coding, Study
from intercoder.stats.tree import Level
from intercoder.text.units import sentences

SOURCE_TYPES = frozenset({"interview", "observation", "archive", "media", "website", "report", "meeting", "phone"})
ROLES = frozenset({"lead", "coder", "adjudicator", "observer"})
UNITS = frozenset({"sentence", "span"})
POLICIES = frozenset({"frozen", "proposals", "open"})
ROUND_STATES = frozenset({"closed", "open"})
ASSIGNMENT_STATES = frozenset({"assigned", "in_progress", "submitted"})
#: What the study promises to have at the upper levels.
UPPER_LEVELS = {Level.CONCEPT: 21, Level.THEME: 8, Level.CONSTRUCT: 4}


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of a document covered by overlapping codings of one round: coder → (code, start, end)."""

    document: str
    start: int
    end: int
    layers: Mapping[str, frozenset[tuple[str, int, int]]]

    @property
    def agreed(self) -> bool:
        """Whether all coders did exactly the same here."""
        return len(set(self.layers.values())) == 1


def places(study: Study, round_key: str) -> list[Place]:
    """Return the places of a round in reading order: codings that overlap one another lie in one place.

    Every coder of the round has a layer in every place, an empty one where the coder did nothing.
    """
    chosen = next(round_ for round_ in study.rounds if round_.key == round_key)
    cut: list[Place] = []
    for document in chosen.documents:
        here = [c for c in study.codings if c.round == round_key and c.document == document]
        group: list[Coding] = []
        end = -1
        for coding in sorted(here, key=lambda c: (c.start, c.end)):
            if group and coding.start >= end:
                cut.append(_place(document, group, chosen.coders))
                group = []
            end = max(end, coding.end) if group else coding.end
            group.append(coding)
        if group:
            cut.append(_place(document, group, chosen.coders))
    return cut


def _place(document: str, group: list[Coding], coders: Iterable[str]) -> Place:
    layers = {coder: frozenset((c.code, c.start, c.end) for c in group if c.coder == coder) for coder in coders}
    return Place(document, min(c.start for c in group), max(c.end for c in group), layers)


def check(study: Study) -> list[str]:
    """Return one sentence for every inconsistency of the study; an empty list means that all is well."""
    parts: tuple[Callable[[Study], Iterator[str]], ...] = (
        _check_keys,
        _check_materials,
        _check_codebook,
        _check_rounds,
        _check_codings,
        _check_rulings,
    )
    return [sentence for part in parts for sentence in part(study)]


def _check_keys(study: Study) -> Iterator[str]:
    groups: dict[str, Iterable[str]] = {
        "case": (case.key for case in study.cases),
        "document": (document.key for document in study.documents),
        "code": (code.key for code in study.codes),
        "person": (person.key for person in study.people),
        "round": (round_.key for round_ in study.rounds),
        "document title": (_folded(document.title) for document in study.documents),
        "code name": (_folded(code.name) for code in study.codes),
        "English code name": (_folded(code.name_en) for code in study.codes),
        "case name": (_folded(case.name) for case in study.cases),
        "person's name": (_folded(person.name) for person in study.people),
    }
    for kind, values in groups.items():
        for value, count in Counter(values).items():
            if count > 1:
                yield f"The {kind} {value!r} is there {count} times."
    for person in study.people:
        if person.role not in ROLES:
            yield f"{person.name} has the unknown role {person.role!r}."


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _check_materials(study: Study) -> Iterator[str]:
    cases = {case.key for case in study.cases}
    per_case = Counter(document.case for document in study.documents)
    for case in study.cases:
        if per_case[case.key] < 2:
            yield f"The case {case.key} has fewer than two documents."
    for document in study.documents:
        if document.case not in cases:
            yield f"The document {document.key} belongs to the unknown case {document.case!r}."
        if document.source_type not in SOURCE_TYPES:
            yield f"The document {document.key} has the unknown source type {document.source_type!r}."
        if document.language not in {"zh", "en"}:
            yield f"The document {document.key} is in the unknown language {document.language!r}."
        if "\r" in document.text or not document.text.strip():
            yield f"The text of {document.key} is empty or has other line ends than LF."


def _check_codebook(study: Study) -> Iterator[str]:
    codes = {code.key: code for code in study.codes}
    rounds = {round_.key for round_ in study.rounds}
    corpus = [document.text for document in study.documents]
    levels = Counter(code.level for code in study.codes)
    for level, count in UPPER_LEVELS.items():
        if levels[level] != count:
            yield f"There are {levels[level]} codes of the level {level}, not {count}."
    for code in study.codes:
        if code.level not in list(Level):
            yield f"The code {code.key} has the unknown level {code.level!r}."
            continue
        yield from _check_parent(code, codes)
        if not code.definition:
            yield f"The code {code.key} has no definition."
        if code.level != "label" and not (code.include and code.exclude and code.near_miss):
            yield f"The code {code.key} lacks a criterion or a near miss."
        if not any(code.example in text for text in corpus):
            yield f"The example of {code.key} is not in the material."
        if code.since not in rounds:
            yield f"The code {code.key} came in the unknown round {code.since!r}."


def _check_parent(code: Code, codes: Mapping[str, Code]) -> Iterator[str]:
    if code.level == "construct":
        if code.parent is not None:
            yield f"The construct {code.key} has a parent."
        return
    parent = codes.get(code.parent or "")
    above = Level(code.level).above
    if parent is None or parent.level != above:
        yield f"The {code.level} {code.key} has no {above} as its parent."


def _check_rounds(study: Study) -> Iterator[str]:
    documents = {document.key for document in study.documents}
    coders = {person.key for person in study.people if person.role == "coder"}
    for round_ in study.rounds:
        for value, allowed in ((round_.unit, UNITS), (round_.policy, POLICIES), (round_.state, ROUND_STATES)):
            if value not in allowed:
                yield f"{value!r} in {round_.key} is none of {', '.join(sorted(allowed))}."
        for key in sorted(set(round_.documents) - documents):
            yield f"The round {round_.key} has the unknown document {key!r}."
        for key in sorted(set(round_.coders) - coders):
            yield f"{key!r} codes in the round {round_.key} and is no coder."
        for pair, count in Counter((a.document, a.coder) for a in round_.assignments).items():
            if count > 1 or pair[0] not in round_.documents or pair[1] not in round_.coders:
                yield f"The assignment {pair} of {round_.key} is doubled or outside the round."
        for assignment in round_.assignments:
            if assignment.state not in ASSIGNMENT_STATES:
                yield f"The assignment {assignment} has an unknown state."
            elif round_.state == "closed" and assignment.state != "submitted":
                yield f"{assignment.document} of {assignment.coder} is open in the closed round {round_.key}."


def _check_codings(study: Study) -> Iterator[str]:
    texts = {document.key: document.text for document in study.documents}
    codes = {code.key: code for code in study.codes}
    units = {round_.key: round_.unit for round_ in study.rounds}
    states = {(round_.key, a.document, a.coder): a.state for round_ in study.rounds for a in round_.assignments}
    cut = {key: set(sentences(text)) for key, text in texts.items()}
    for coding in study.codings:
        where = f"{coding.round}, {coding.document}, {coding.coder} [{coding.start}, {coding.end})"
        code = codes.get(coding.code)
        if code is None or code.level not in {"label", "concept"}:
            yield f"{where}: {coding.code!r} is no label or concept."
        text = texts.get(coding.document, "")
        if not 0 <= coding.start < coding.end <= len(text):
            yield f"{where}: the span lies outside the text."
        elif text[coding.start : coding.end] != coding.quote:
            yield f"{where}: the quote is not what stands there."
        elif coding.quote != coding.quote.strip():
            yield f"{where}: the span begins or ends with a blank."
        elif units.get(coding.round) == "sentence" and (coding.start, coding.end) not in cut[coding.document]:
            yield f"{where}: the span is not one whole sentence."
        if states.get((coding.round, coding.document, coding.coder)) not in {"in_progress", "submitted"}:
            yield f"{where}: there is no assignment that was begun."
    keys = Counter((c.round, c.document, c.coder, c.code, c.start, c.end) for c in study.codings)
    for key, count in keys.items():
        if count > 1:
            yield f"The coding {key} is there {count} times."
    used = {coding.code for coding in study.codings}
    for code in study.codes:
        if code.level == "label" and code.key not in used:
            yield f"The label {code.key} ({code.name}) is never applied."


def _check_rulings(study: Study) -> Iterator[str]:
    lengths = {document.key: len(document.text) for document in study.documents}
    codes = {code.key for code in study.codes}
    open_places = {
        (round_.key, place.document, place.start, place.end)
        for round_ in study.rounds
        if round_.state == "closed"
        for place in places(study, round_.key)
        if not place.agreed
    }
    for ruling in study.rulings:
        where = f"{ruling.round}, {ruling.document} [{ruling.start}, {ruling.end})"
        if (ruling.round, ruling.document, ruling.start, ruling.end) not in open_places:
            yield f"{where}: the ruling meets no disagreement of a closed round."
        if not ruling.reason:
            yield f"{where}: the ruling has no reason."
        for coding in ruling.codings:
            if coding.code not in codes or not 0 <= coding.start < coding.end <= lengths.get(ruling.document, 0):
                yield f"{where}: the ruling gives {coding.code!r} or a span that is not there."
    for place, count in Counter((r.round, r.document, r.start, r.end) for r in study.rulings).items():
        if count > 1:
            yield f"The place {place} is ruled {count} times."
