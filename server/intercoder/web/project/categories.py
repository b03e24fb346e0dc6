"""The pages of categories: what each is made of, and one with its properties, dimensions, negative cases and the paradigm around it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import render_template

from intercoder.language import gettext
from intercoder.models import CodeProperty, Level, RelationSort
from intercoder.policy import Permission
from intercoder.reports.path_model import relation_type, weight_said
from intercoder.reports.theory.found import found
from intercoder.services import categories, relations
from intercoder.services.access import Access, no_such_thing
from intercoder.services.categories import PropertyRead, ShownBy
from intercoder.services.quoted import today
from intercoder.services.relations import RelationRead
from intercoder.services.study_tallies import ABOVE_LABELS
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.model import relation_values
from intercoder.web.session import db


@page(blueprint, "/projects/<uuid:project>/theory/categories", Permission.CODINGS_VIEW, tab="theory")
def theory_categories(access: Access, project: UUID) -> str:
    """Show all categories: how many passages, properties, negative cases and relations each has."""
    study = found(db(), access).study
    known = study.mapped.in_order({code.id for level in ABOVE_LABELS for code in study.codes(level)})
    properties = categories.properties(db(), access)
    between = [one for one in relations.relations(db(), access, bare=True) if one.between_codes]
    ends = Counter(end.code.id for one in between for end in (one.first, one.second) if end.code)
    negative = Counter(one.code.id for one in categories.negative_cases(db(), access))
    tallies = {code.id: study.tally(study.of(code.id)) for code in known}
    return render_template(
        "project/theory_categories.html",
        rows=[(code, tallies[code.id], [p for p in properties if p.code.id == code.id]) for code in known],
        thin={code: tally.thin(len(study.finished_cases)) for code, tally in tallies.items()},
        negative=negative,
        related=ends,
        marks=study.mapped.looks,
    )


@dataclass(frozen=True)
class OnDimension:
    """A case as it lies on a dimension: where somebody put it, and the passages of it that hold."""

    id: UUID
    name: str
    at: int | None
    words: str
    passages: Sequence[ShownBy]

    def values(self, row: CodeProperty) -> dict[str, str]:
        """Return what the form is filled with that places it."""
        at = "" if self.at is None else str(self.at)
        return {"at": at, "words": self.words, "case": self.name, "low": row.low, "high": row.high}


@dataclass(frozen=True)
class Shown:
    """A property as the page shows it."""

    read: PropertyRead
    cases: Sequence[OnDimension]
    documents: int

    @property
    def values(self) -> dict[str, str]:
        """What the form is filled with that changes it."""
        row = self.read.row
        return {"name": row.name, "words": row.words, "low": row.low, "high": row.high}


#: the parts of the paradigm of Strauss & Corbin around a category: of what sorts what leads to it is, and what comes of it
_BEFORE = {RelationSort.CAUSES, RelationSort.CONDITIONS, RelationSort.INTERVENES, RelationSort.CONTEXT_OF}
_AFTER = {RelationSort.CAUSES, RelationSort.LEADS_TO, RelationSort.CONDITIONS}


def _paradigm(code: str, related: Sequence[RelationRead]) -> list[tuple[str, str, list[RelationRead]]]:
    """Return the relations of a code by the part of the paradigm that they are, with the sentence that stands where there are none."""
    conditions, actions, consequences, others = [], [], [], []
    for one in related:
        ends_here = one.second.code is not None and one.second.code.id == code
        if one.row.sort is RelationSort.ACTS_ON:
            actions.append(one)
        elif ends_here and one.row.sort in _BEFORE:
            conditions.append(one)
        elif not ends_here and one.row.sort in _AFTER:
            consequences.append(one)
        else:
            others.append(one)
    return [
        (
            gettext("Conditions"),
            gettext("What causes it, makes it possible, hinders it, or is its context."),
            conditions,
        ),
        (gettext("Actions and interactions"), gettext("What answers to it, or to what it answers."), actions),
        (gettext("Consequences"), gettext("Nothing that comes of it is said yet."), consequences),
        (gettext("Other relations"), "", others),
    ]


@page(blueprint, "/codes/<uuid:code>/category", Permission.CODINGS_VIEW, tab="theory", name="category")
def category(access: Access, code: UUID) -> str:
    """Show what a category is made of; one that was merged or parted is what it is today, a label its concept."""
    study = found(db(), access).study
    mapped = study.mapped
    if str(code) not in mapped.codes:
        raise no_such_thing()
    now = today(mapped, str(code))
    if mapped.tree.levels.get(now) is Level.LABEL:
        now = mapped.tree.at_level(now, Level.CONCEPT) or now
    known = [one for level in reversed(ABOVE_LABELS) for one in study.codes(level)]
    if now not in {one.id for one in known}:
        raise no_such_thing()
    all_related = [one for one in relations.relations(db(), access) if one.between_codes]
    related = [one for one in all_related if any(e.code and e.code.id == now for e in (one.first, one.second))]
    negative = categories.negative_cases(db(), access, UUID(now))
    return render_template(
        "project/category.html",
        code=mapped.codes[now],
        definition=study.definitions.get(now, ""),
        tally=study.tally(study.of(now)),
        properties=[_shown(one, study.cases) for one in categories.properties(db(), access, UUID(now))],
        gone=categories.properties(db(), access, UUID(now), removed=True, bare=True)
        if access.may(Permission.THEORY_EDIT)
        else [],
        negative=negative,
        cases=study.cases,
        free=[(case, name) for case, name in study.cases.items() if case not in {str(n.row.case_id) for n in negative}],
        paradigm=_paradigm(now, related),
        relation_type=relation_type,
        weight_said=weight_said,
        relation_values=relation_values,
        types=relations.types(db(), access),
        known=known,
        marks=mapped.looks,
    )


def _shown(one: PropertyRead, cases: Mapping[str, str]) -> Shown:
    by_case = one.by_case()
    on = []
    for case, name in cases.items():
        place = one.places.get(UUID(case))
        passages = by_case.get(UUID(case), [])
        on.append(OnDimension(UUID(case), name, place.at if place else None, place.words if place else "", passages))
    return Shown(one, on, len({p.row.document_id for p in one.passages if p.holds}))
