"""The saturation page: what each finished document brought, at one level of the codebook. No verdict."""

from dataclasses import dataclass
from uuid import UUID

from flask import render_template, url_for
from markupsafe import Markup

from intercoder.models import Level
from intercoder.policy import Permission
from intercoder.reports.words import choices
from intercoder.services import saturation as figures
from intercoder.services.access import Access
from intercoder.services.saturation import Arrival, Guest2020, Picture
from intercoder.web.access import needs
from intercoder.web.arguments import chosen, identifier, number
from intercoder.web.pages import at_tab
from intercoder.web.project.blueprint import blueprint
from intercoder.web.session import db


@dataclass(frozen=True)
class Asked:
    """What the address says: level, view and the rule; the threshold in percent, as people type it."""

    level: Level
    view: figures.View
    base: int
    run: int
    percent: float

    @property
    def rule(self) -> Guest2020:
        """The rule that was chosen."""
        return Guest2020(self.base, self.run, self.percent / 100)

    def address(self, endpoint: str, project: UUID, **other: object) -> str:
        """Return the address of a page that is asked the same, but for ``other``."""
        same = {"level": self.level, "view": self.view, "base": self.base, "run": self.run, "percent": self.percent}
        return url_for(endpoint, project=project, **{**same, **other})  # type: ignore[arg-type]


def _asked() -> Asked:
    return Asked(
        level=Level(chosen("level", tuple(Level), Level.CONCEPT)),
        view=figures.View(chosen("view", tuple(figures.View), figures.View.UNION)),
        base=int(number("base", 1, 100, 4)),
        run=int(number("run", 1, 100, 2)),
        percent=number("percent", 0, 100, 5),
    )


@blueprint.get("/projects/<uuid:project>/saturation")
@needs(Permission.SATURATION_VIEW, "project")
def saturation(access: Access, project: UUID) -> str:
    """Facts about the documents finished in rounds that the person may see."""
    from intercoder.reports import saturation as words  # its figures need numpy, which the other pages do without

    at_tab("saturation")
    asked = _asked()
    picture = figures.picture(db(), access, level=asked.level, view=asked.view, rule=asked.rule)

    def address(endpoint: str = "project.saturation", **other: object) -> str:
        return asked.address(endpoint, project, **other)

    return render_template(
        "project/saturation.html",
        picture=picture,
        asked=asked,
        address=address,
        levels=choices("level"),
        views=words.views(),
        finished=words.finished(asked.view),
        facts=words.key_facts(picture.result, picture.guest),
        table=words.picture_table(picture),
        news=_news(picture),
        grade=words.grade(picture.reading),
        sentences=words.picture_sentences(picture),
        notes=words.picture_notes(picture),
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


@blueprint.get("/projects/<uuid:project>/saturation/evidence")
@needs(Permission.SATURATION_VIEW, "project")
def saturation_evidence(access: Access, project: UUID) -> str:
    """The words behind a number of the page: where a document got its codes at a level."""
    at_tab("saturation")
    asked = _asked()
    document, code = identifier("document"), identifier("code")
    quotes = figures.evidence(db(), access, level=asked.level, document_id=document, code_id=code)
    return render_template(
        "project/saturation_evidence.html",
        quotes=quotes,
        asked=asked,
        back=asked.address("project.saturation", project),
    )
