"""The saturation page: what each finished document brought, at one level of the codebook. No verdict."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup
from pydantic import Field

from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.reports.mapping import mapping_notes
from intercoder.reports.words import choices
from intercoder.services import saturation as figures
from intercoder.services.access import Access
from intercoder.services.evidence import evidence
from intercoder.services.paging import Asked as Part
from intercoder.services.saturation import Arrival, Guest2020, Picture
from intercoder.web.pages import Query, page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db

#: passages of one page
PAGE = 50


class Asked(Query):
    """What the address says: level, view and the rule; the threshold in percent, as people type it."""

    level: Level = Level.CONCEPT
    view: figures.View = figures.View.UNION
    base: int = Field(default=4, ge=1, le=100)
    run: int = Field(default=2, ge=1, le=100)
    percent: float = Field(default=5, ge=0, le=100)

    @property
    def rule(self) -> Guest2020:
        """The rule that was chosen."""
        return Guest2020(self.base, self.run, self.percent / 100)

    def address(self, endpoint: str, project: UUID, **other: object) -> str:
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
    from intercoder.reports import saturation as words  # its figures need numpy, which the other pages do without

    picture = figures.picture(db(), access, level=query.level, view=query.view, rule=query.rule)

    def address(endpoint: str = "project.saturation", **other: object) -> str:
        return query.address(endpoint, project, **other)

    return render_template(
        "project/saturation.html",
        picture=picture,
        asked=query,
        address=address,
        levels=choices("level"),
        views=words.views(),
        finished=words.finished(query.view),
        facts=words.key_facts(picture.result, picture.guest),
        table=words.picture_table(picture),
        news=_news(picture),
        grade=words.grade(picture.reading),
        sentences=words.picture_sentences(picture),
        notes=words.picture_notes(picture),
        mapping_notes=mapping_notes(picture.provenance.mapping, picture.waiting),
        caveats=words.caveats(picture.reading),
        limits=words.limits(),
        text=words.picture_text(picture),
        chart=_chart(picture),
        blind=figures.hidden_rounds(db(), access),
    )


def _chart(picture: Picture) -> Markup | None:
    """Return the curve; nothing where there is no code to draw."""
    from intercoder.reports.figures import discovery_figure

    if not picture.result.frequencies.observed:
        return None
    names = [arrival.title for arrival in picture.arrivals]
    return Markup(discovery_figure(picture.result, picture.provenance.level, names))  # noqa: S704 - own SVG, texts escaped


@dataclass(frozen=True)
class News:
    """What a document brought: the new codes that may be named, and how many more are new."""

    arrival: Arrival
    named: tuple[tuple[str, str], ...]
    unnamed: int


def _news(picture: Picture) -> list[News]:
    seen: set[str] = set()
    news = []
    for arrival in picture.arrivals:
        new = arrival.codes - seen
        seen |= arrival.codes
        named = sorted(((code, picture.names[code]) for code in new & arrival.shown), key=lambda code: code[1])
        news.append(News(arrival, tuple(named), len(new) - len(named)))
    return news


@page(blueprint, "/projects/<uuid:project>/saturation/evidence", Permission.SATURATION_VIEW, tab="saturation")
def saturation_evidence(access: Access, project: UUID, query: EvidenceAsked) -> str:
    """The words behind a number of the page: where a document got its codes at a level."""
    part = Part(query.cursor, PAGE)
    shown = evidence(db(), access, part, level=query.level, document_id=query.document, code_id=query.code)

    def address(cursor: str) -> str:
        return query.address("project.saturation_evidence", project, cursor=cursor)

    return render_template(
        "project/saturation_evidence.html",
        page=shown,
        address=address,
        asked=query,
        back=query.address("project.saturation", project, document=None, code=None, cursor=None),
    )
