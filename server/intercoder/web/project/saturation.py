"""The saturation page: what each finished document or case brought, at every level of the codebook. No verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup
from pydantic import Field

from intercoder.language import language
from intercoder.models import Level, Round, SamplingUnit, Stopping, StoppingRule
from intercoder.policy import Permission
from intercoder.reports.mapping import mapping_notes
from intercoder.services import judgements
from intercoder.services import saturation as figures
from intercoder.services.access import Access
from intercoder.services.arriving import Asked as Wanted
from intercoder.services.arriving import Counted, Order, OrderKind
from intercoder.services.axis_marks import axis_marks
from intercoder.services.evidence import Quote, evidence, shown_by
from intercoder.services.judgements import DeclarationShown
from intercoder.services.paging import Asked as Part
from intercoder.services.saturation import Arrival, Picture
from intercoder.services.staircase import opened_by
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View, ViewKind
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.queries import Query
from intercoder.web.session import db

if TYPE_CHECKING:  # its words need numpy
    from intercoder.reports.judged import Said

#: passages of one page, documents or cases of its table
PAGE, ROWS = 50, 50
#: more numbers above one curve could not be told apart
MARKS = 30
#: new codes that are named in a table, and at least in a row: the others are behind its number
NAMED, LEAST = 300, 2
#: so many coders who agree can be asked for in the page; the API takes any number
MOST_AGREED = 5


class Asked(Query):
    """What the address says: level, view, unit, order and the rule; the threshold in percent, as people type it."""

    level: Level | Kind = Level.CONCEPT
    view: str = Field(default="union", max_length=50)
    unit: SamplingUnit = SamplingUnit.DOCUMENT
    order: str = Field(default="finished", max_length=200)
    base: int = Field(default=4, ge=1, le=100)
    run: int = Field(default=2, ge=1, le=100)
    percent: float = Field(default=5, ge=0, le=100)
    #: the table begins after so many
    after: int = Field(default=0, ge=0, le=1_000_000)

    @property
    def wanted(self) -> Wanted:
        """The figures that are asked for."""
        rule = Stopping(StoppingRule.GUEST2020, self.base, self.run, self.percent / 100)
        return Wanted(self.level, View.of(self.view), self.unit, Order.of(self.order), rule)

    def address(self, endpoint: str, project: UUID, /, **other: object) -> str:
        """Return the address of a page that is asked the same, but for ``other``."""
        return url_for(endpoint, project=project, **self.again() | other)


class EvidenceAsked(Asked):
    """The same, and of which number the words are wanted."""

    document: UUID | None = None
    code: UUID | None = None
    cursor: str | None = None


@page(blueprint, "/projects/<uuid:project>/saturation", Permission.SATURATION_VIEW, tab="saturation")
def saturation(access: Access, project: UUID, query: Asked) -> str:
    """Facts about the documents finished in rounds that the person may see."""
    from intercoder.reports import judged
    from intercoder.reports import saturation as words  # their figures need numpy, which the other pages do without
    from intercoder.reports.saturation_levels import level_rows

    wanted = query.wanted
    rounds, blind = figures.rounds_seen(db(), access)
    picture = figures.picture(db(), access, wanted, rounds)
    view, coders = View.of(query.view), figures.coders(db(), rounds)

    def address(endpoint: str = "project.saturation", **other: object) -> str:
        return query.address(endpoint, project, **other)

    declarations, notes = judgements.declarations(db(), access), judgements.notes(db(), access)
    happened = axis_marks(db(), access.project.id, rounds, picture, declarations, notes)
    marks = happened[:MARKS]
    return render_template(
        "project/saturation.html",
        picture=picture,
        asked=query,
        kind_asked=isinstance(query.level, Kind),
        opens=partial(_opened, query.level),
        address=address,
        **_rules(access, wanted, picture.count),
        declarations=_declarations(access, declarations, rounds, coders),
        notes_on_sampling=notes,
        views=views_offered(coders),
        orders=orders_offered(picture),
        units=[(unit, words.units_in_words(unit)) for unit in SamplingUnit],
        finished=words.finished_in_words(view),
        order=words.order_in_words(Order.of(query.order)),
        levels=level_rows(picture),
        table=words.picture_table(picture, query.after, ROWS),
        news=_news(picture, query.after),
        earlier=address(after=max(query.after - ROWS, 0) or None) if query.after else None,
        later=address(after=query.after + ROWS) if query.after + ROWS < len(picture.arrivals) else None,
        grade=words.grade(picture.reading),
        sentences=words.picture_sentences(picture),
        notes=words.picture_notes(picture),
        mapping_notes=mapping_notes(picture.provenance.mapping, picture.waiting),
        caveats=words.caveats(picture.reading, query.unit),
        limits=words.limits(),
        text=words.picture_text(picture, coders.get(view.coder, "")),
        chart=_chart(picture, [mark.after for mark in marks]),
        marks=[judged.mark_in_words(mark) for mark in marks],
        unmarked=len(happened) - len(marks),
        blind=blind,
        files=files_of(project, query, FILES),
    )


def _opened(level: Level | Kind, identifier: str) -> str:
    """Return where the name of a relation, or of a property of a code, leads."""
    if level is Kind.RELATIONS:
        return url_for("project.relation", relation=identifier)
    return url_for("project.category", code=identifier)


def _rules(access: Access, wanted: Wanted, count: Counted) -> dict[str, object]:
    """Return the saved rules with whether they are met, and what can be chosen of rules and kinds."""
    from intercoder.reports import judged as words

    rules = [
        (
            rule,
            words.rule_in_words(rule.rule),
            words.saved_in_words(rule),
            *(words.met_in_words(rule.met[unit], unit) for unit in SamplingUnit),
        )
        for rule in judgements.rules(db(), access, wanted, count)
    ]
    return {"rules": rules, "kinds": words.kinds(), "rule_kinds": words.rule_kinds()}


def _declarations(
    access: Access, shown: Sequence[DeclarationShown], rounds: Sequence[Round], coders: Mapping[str, str]
) -> list[tuple[DeclarationShown, "Said", Quote | None]]:
    """Return the declarations in words, each with the passage that took it back."""
    from intercoder.reports.judged import said

    return [(one, said(one, coders.get(View.of(one.row.view).coder, "")), _quote(access, one, rounds)) for one in shown]


def _quote(access: Access, one: DeclarationShown, rounds: Sequence[Round]) -> Quote | None:
    """Return the first passage of the code that took a declaration back; None where none did, or nobody may read it."""
    if one.row.document_id is None or not one.came:
        return None
    code, _ = one.came[0]
    found = evidence(
        db(), access, Part(None, 1), level=one.row.level, document_id=one.row.document_id, code_id=code, seen=rounds
    )
    return found.rows[0] if found.rows else None


#: the files of the page: their form, and the name of the export
FILES = (("svg", "figure-saturation"), ("csv", "saturation"), ("txt", "saturation"))


def files_of(project: UUID, query: Asked, named: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return files of what is shown: their form, and where they are."""
    exports = f"/api/v1/projects/{project}/exports"
    chosen = urlencode({"level": query.level, "view": query.view, "unit": query.unit, "order": query.order})
    return [(form, f"{exports}/{name}?format={form}&language={language()}&{chosen}") for form, name in named]


def views_offered(coders: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return whose codings can be counted: value of the address and words."""
    from intercoder.reports.saturation import view_in_words

    agreed = range(2, max(2, min(len(coders), MOST_AGREED)) + 1)
    general = [View(), *(View(ViewKind.AGREE, least=n) for n in agreed), View(ViewKind.CONSENSUS)]
    own = [(View(ViewKind.CODER, coder=coder), name) for coder, name in coders.items()]
    return [(str(view), view_in_words(view, name)) for view, name in (*((view, "") for view in general), *own)]


def orders_offered(picture: Picture) -> list[tuple[str, str]]:
    """Return the orders that can be asked for."""
    from intercoder.reports.saturation import order_in_words

    fixed = [Order(kind) for kind in (OrderKind.FINISHED, OrderKind.MATERIALS)]
    by_attribute = [Order(OrderKind.ATTRIBUTE, name) for name in picture.attributes]
    names = [(str(order), order_in_words(order)) for order in (*fixed, *by_attribute)]
    return [(value, name[:1].upper() + name[1:]) for value, name in names]


def _chart(picture: Picture, marks: Sequence[int]) -> Markup | None:
    """Return the curve; nothing where there is no code to draw."""
    from intercoder.reports.figures import discovery_figure
    from intercoder.reports.saturation import order_in_words

    if not picture.result.frequencies.observed:
        return None
    names = [arrival.title for arrival in picture.arrivals]
    made, cases = picture.provenance, picture.provenance.unit is SamplingUnit.CASE
    drawn = discovery_figure(
        picture.result, made.level, names, cases=cases, order=order_in_words(Order.of(made.order)), marks=marks
    )
    return Markup(drawn)  # noqa: S704 - own SVG, texts escaped


@dataclass(frozen=True)
class News:
    """What a document or case brought: the new codes that are named, how many others may be, and how many more are new."""

    arrival: Arrival
    named: tuple[tuple[str, str], ...]
    others: int
    unnamed: int

    @property
    def many(self) -> int:
        """How many new ones may be named."""
        return len(self.named) + self.others


def _news(picture: Picture, begin: int) -> list[News]:
    seen = set[str]().union(*(arrival.codes for arrival in picture.arrivals[:begin]))
    news, left = [], NAMED
    for arrival in picture.arrivals[begin : begin + ROWS]:
        new = arrival.codes - seen
        seen |= arrival.codes
        named = sorted(
            ((opened_by(picture, key), picture.names[key]) for key in new & arrival.shown), key=lambda one: one[1]
        )
        shown = named[: max(left, LEAST)]
        left -= len(shown)
        news.append(News(arrival, tuple(shown), len(named) - len(shown), len(new) - len(named)))
    return news


@page(blueprint, "/projects/<uuid:project>/saturation/evidence", Permission.SATURATION_VIEW, tab="saturation")
def saturation_evidence(access: Access, project: UUID, query: EvidenceAsked) -> str:
    """The words behind a number of the page: where a document got its codes at a level."""
    of_case = query.unit is SamplingUnit.CASE
    back = query.address("project.saturation", project, document=None, code=None, cursor=None)
    if isinstance(query.level, Kind):
        speaks = shown_by(db(), access, query.level, query.document, of_case=of_case) if query.document else []
        return render_template("project/saturation_relations.html", shown=speaks, back=back)
    part = Part(query.cursor, PAGE)
    shown = evidence(
        db(), access, part, level=query.level, document_id=query.document, code_id=query.code, of_case=of_case
    )

    def address(cursor: str) -> str:
        return query.address("project.saturation_evidence", project, cursor=cursor)

    return render_template(
        "project/saturation_evidence.html",
        page=shown,
        address=address,
        asked=query,
        back=back,
    )
