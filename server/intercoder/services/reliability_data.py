"""The data of a report as other programs take them: a row for each unit, a value for each coder, and which kind of nothing."""

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.errors import Conflict
from intercoder.models import AgreementReport, Revision, Unit
from intercoder.models.values import WHOLE
from intercoder.services.access import Access
from intercoder.services.gathering import Comparison, compare
from intercoder.services.mapping import mapping
from intercoder.services.results import Contents, open_report

#: documents whose texts are read at once
TOGETHER = 16


class Missing(enum.Enum):
    """Why a unit has no value of a coder."""

    NOT_FINISHED = "not_finished"  #: was not given the document, or did not submit it
    LEFT_OUT = "left_out"  #: skipped the unit or a part of it, or had not looked at it


#: texts by their revisions, read by whoever holds a session for no longer than that
Read = Callable[[Sequence[UUID]], Mapping[UUID, str]]
#: the codes that a coder gave a unit, as identifiers: none is a value
Value = frozenset[str] | Missing


class UnitRow(NamedTuple):
    """A unit with the values of the coders in the order of ``ReliabilityData.coders``; ``number`` counts in its document from 1."""

    document: str
    title: str
    number: int
    start: int
    end: int
    text: str
    values: tuple[Value, ...]

    @property
    def given(self) -> int:
        """How many coders have a value here."""
        return sum(not isinstance(value, Missing) for value in self.values)

    @property
    def compared(self) -> bool:
        """Whether two coders have a value, so that the unit counts in the numbers."""
        return self.given > 1

    @property
    def differs(self) -> bool:
        """Whether the values of the coders differ."""
        return len({value for value in self.values if not isinstance(value, Missing)}) > 1


@dataclass(frozen=True)
class ReliabilityData:
    """Everything that the numbers of a report were computed from, and these numbers."""

    report: Contents
    #: identifier → name
    coders: Mapping[str, str]
    comparison: Comparison

    def units(self, read: Read) -> Iterator[UnitRow]:
        """Yield the units in the order of the texts; ``read`` is asked for the texts of some documents at a time."""
        layers = self.comparison.layers
        titles = {document.id: document.title for document in self.report.provenance.documents}
        for part in (layers[i : i + TOGETHER] for i in range(0, len(layers), TOGETHER)):
            texts = read([layer.revision_id for layer in part])
            for layer in part:
                document, text = layer.document_id, texts[layer.revision_id]
                sets = {str(coder): values for coder, values in self.comparison.sets.get(document, {}).items()}
                columns = [sets.get(coder) for coder in self.coders]
                for i, (start, end) in enumerate(self.comparison.units[document]):
                    values = tuple(_value(column, i) for column in columns)
                    yield UnitRow(str(document), titles[str(document)], i + 1, start, end, text[start:end], values)


def texts_of(session: Session, revisions: Sequence[UUID]) -> Mapping[UUID, str]:
    """Return texts by their revisions; whoever asks has opened the door of the report that they belong to."""
    rows = session.execute(sa.select(Revision.id, Revision.text).where(Revision.id.in_(revisions)))
    return {revision: text for revision, text in rows}


def _value(column: Sequence[frozenset[str] | None] | None, i: int) -> Value:
    if column is None:
        return Missing.NOT_FINISHED
    given = column[i]
    return Missing.LEFT_OUT if given is None else given


def no_units() -> Conflict:
    """Return why there are no units to take away of a report by free span."""
    return Conflict(
        "no_units", "A report by free span has no units. Take the codings, or the data of a report by another unit."
    )


def reliability_data(session: Session, access: Access, report: AgreementReport) -> ReliabilityData:
    """Return the data that a report was computed from.

    They are gathered anew under the mapping that the report used, and must be what went into it: its hash says so.

    Raises
    ------
    Conflict : ``no_units`` (it is by free span), ``report_stale`` (its round was opened again), ``layers_moved`` (the data are others, or it is of a version of
        the program that kept no mapping).
    """
    if report.unit is Unit.SPAN:
        raise no_units()
    contents, comparison = compared_again(session, access, report)
    submitted = set(contents.summary.coders)
    coders = {coder.id: coder.name for coder in contents.provenance.coders if coder.id in submitted}
    return ReliabilityData(contents, coders, comparison)


def compared_again(session: Session, access: Access, report: AgreementReport) -> tuple[Contents, Comparison]:
    """Return a report and the layers that it was computed from, gathered anew; refused as ``reliability_data`` is."""
    if report.stale_at is not None:
        raise Conflict(
            "report_stale", "The round was reopened after this report: make a new one to take its data away."
        )
    contents = open_report(session, report, cells=())
    made = contents.provenance
    if report.mapping is not None:
        mapped = mapping(session, access.project.id, report.mapping)
        of = made.choices.selection if made.choices else WHOLE
        comparison = compare(session, report.round, report.unit, report.level, mapped, selection=of, independence=False)
        if comparison.fingerprint == made.layers_sha256:
            return contents, comparison
    raise Conflict(
        "layers_moved",
        "The data are no longer what this report was computed from, or it was made by an earlier version of the program. Make a "
        "new report of the round and take the data of that one.",
    )
