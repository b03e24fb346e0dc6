"""The API of saturation."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from intercoder.language import LANGUAGES, speaking
from intercoder.models import Level, SamplingUnit, Stopping, StoppingRule
from intercoder.policy import Permission
from intercoder.services import saturation
from intercoder.services.access import Access
from intercoder.services.arriving import Asked, Order
from intercoder.services.document_plan import Chance, Probability, document_plan
from intercoder.stats.saturation.study.events import Kind
from intercoder.stats.saturation.study.whose import View
from intercoder.web.api.endpoint import endpoint
from intercoder.web.api.shapes import In, Out
from intercoder.web.session import db


class SaturationQuery(In):
    """Which level, whose codings, of documents or cases, in which order, under which stopping rule."""

    level: Level | Kind = Level.CONCEPT
    #: ``union``, ``coder:ID``, ``agree:NUMBER`` or ``consensus``
    view: Annotated[str, Field(max_length=50)] = "union"
    unit: SamplingUnit = SamplingUnit.DOCUMENT
    #: ``finished``, ``materials`` or ``attribute:NAME``
    order: Annotated[str, Field(max_length=200)] = "finished"
    base: Annotated[int, Field(ge=1, le=100)] = 4
    run: Annotated[int, Field(ge=1, le=100)] = 2
    threshold: Annotated[float, Field(ge=0, le=1)] = 0.05

    @property
    def asked(self) -> Asked:
        """The figures that are asked for."""
        rule = Stopping(StoppingRule.GUEST2020, self.base, self.run, self.threshold)
        return Asked(self.level, View.of(self.view), self.unit, Order.of(self.order), rule)


class ArrivalOut(Out):
    """A finished document, or a case, and the codes it holds at the level asked for."""

    #: its documents in the order of arrival: one, or those of the case
    documents: list[UUID]
    title: str
    case: str | None
    at: datetime
    #: how many codes it holds; ``codes`` names those that were applied in compared rounds, or the relations that it shows
    count: int
    codes: list[str]


class SaturationOut(Out):
    """Saturation at one level."""

    level: Level | Kind
    view: str
    arrivals: list[ArrivalOut]
    names: dict[str, str]
    without_ancestor: int
    #: codings of split codes that nobody has put yet: they count as the old code
    waiting: int
    result: dict[str, object]
    provenance: dict[str, object]


class DocumentPlanQuery(In):
    """What is assumed of the rarest code that matters, and how sure one wants to be."""

    prevalence: Chance = 0.1
    probability: Probability = 0.8
    instances: Annotated[int, Field(ge=1, le=100)] = 2
    codes: Annotated[int, Field(ge=1, le=5000)] = 30


class DocumentPlanOut(Out):
    """How many documents are needed to meet a code once, so many times, and to meet all codes once."""

    once: int
    often: int
    every_code: int


@endpoint("GET", "/projects/<uuid:project>/saturation/plan", Permission.SATURATION_VIEW, tag="saturation")
def get_document_plan(access: Access, query: DocumentPlanQuery) -> DocumentPlanOut:
    """How many documents to plan for, under these assumptions: for a proposal, never evidence of saturation."""
    return DocumentPlanOut.of(document_plan(query.prevalence, query.probability, query.instances, query.codes))


@endpoint("GET", "/projects/<uuid:project>/saturation", Permission.SATURATION_VIEW, tag="saturation")
def get_saturation(access: Access, query: SaturationQuery) -> SaturationOut:
    """Saturation at one level, of the documents finished in rounds that the person may see."""
    picture = saturation.picture(db(), access, query.asked)
    return SaturationOut(
        level=picture.provenance.level,
        view=picture.provenance.view,
        arrivals=[ArrivalOut.of(a, count=len(a.codes), codes=sorted(a.shown)) for a in picture.arrivals],
        names=dict(picture.names),
        without_ancestor=picture.without_ancestor,
        waiting=picture.waiting,
        result={**picture.levels[query.level].whole.to_json(), "guest2020": picture.guest.to_json()},
        provenance=asdict(picture.provenance),
    )


class ParagraphOut(Out):
    """The paragraph on saturation for a paper, in one language."""

    language: str
    text: str


@endpoint("GET", "/projects/<uuid:project>/saturation/paragraph", Permission.SATURATION_VIEW, tag="saturation")
def get_saturation_paragraph(access: Access, query: SaturationQuery) -> list[ParagraphOut]:
    """Everything that a methodologist asks for, as sentences in English and in Chinese: figures, rules, declarations, notes, the test."""
    from intercoder.reports.saturation_paper import told  # its figures need numpy

    of = told(db(), access, query.asked)
    paragraphs = []
    for code in LANGUAGES:
        with speaking(code):
            paragraphs.append(ParagraphOut(language=code, text=of.paragraph()))
    return paragraphs
