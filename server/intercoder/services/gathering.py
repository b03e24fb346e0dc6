"""The data of an agreement report: the layers that were chosen, cut into units, each with its set of codes."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder.models import Assignment, ReportLevel, ReportSelection, Round, Unit
from intercoder.models.values import WHOLE
from intercoder.services.independence import Seen
from intercoder.services.mapping import Mapped, MappedCode, mapping
from intercoder.services.missing_units import NONE_MISSING
from intercoder.services.report_choices import Chosen, require_unit
from intercoder.services.submitted import Layer, codes_of
from intercoder.services.units import meet, units_of
from intercoder.stats.units import Cuts
from intercoder.text.units import Units


@dataclass(frozen=True)
class Worked:
    """A document of the round, and who finished it."""

    document_id: UUID
    revision_id: UUID
    coders: Sequence[UUID]


@dataclass(frozen=True)
class Comparison:
    """The data of one report before any number is computed."""

    round: Round
    unit: Unit
    level: ReportLevel
    layers: Sequence[Worked]
    #: document → its units
    units: Mapping[UUID, Units]
    #: document → coder → the set of codes of each unit
    sets: Mapping[UUID, Mapping[UUID, Sequence[frozenset[str] | None]]]
    #: document → coder → the codings as (start, end, code)
    spans: Mapping[UUID, Mapping[UUID, Sequence[tuple[int, int, str]]]]
    codes: Sequence[MappedCode]
    #: what the codes counted as
    mapped: Mapped
    #: codings whose code has no ancestor at the level of the report
    left_out: int
    #: codings of split codes that nobody has put yet: they count as the old code
    waiting: int
    #: units of the round that a coder skipped, or did not look at: missing values
    skipped: int
    unseen: int
    #: SHA-256 over every coding and every missing unit that went in: tells whether the layers are still the same
    fingerprint: str
    #: what was chosen, and what that left out
    chosen: Chosen

    @property
    def seen(self) -> Mapping[tuple[UUID, UUID], Seen | None]:
        """(document, coder) → what the coder of the layer could have seen; None where it is independent."""
        return self.chosen.seen

    @property
    def several_codes(self) -> bool:
        """Whether any unit of any coder holds more than one code."""
        every = (by_unit for layers in self.sets.values() for by_unit in layers.values())
        return any(max(map(len, filter(None, by_unit)), default=0) > 1 for by_unit in every)


def _fingerprint(rows: list[list[str | int]], layers: Sequence[Worked]) -> str:
    rows.sort()
    finished = sorted([str(layer.document_id), str(coder)] for layer in layers for coder in layer.coders)
    return hashlib.sha256(json.dumps([rows, finished]).encode()).hexdigest()


def compare(
    session: Session,
    round_: Round,
    unit: Unit,
    level: ReportLevel,
    mapped: Mapped | None = None,
    *,
    selection: ReportSelection = WHOLE,
    independence: bool = True,
    read: Sequence[Layer] = (),
) -> Comparison:
    """Gather the submitted layers of a round, cut into units, at a level of the codebook; under today's mapping or one given.

    Of them what was selected. Without ``independence`` nobody asks what coders could have seen, unless only independent
    layers were selected, and ``seen`` is empty. ``read``: all submitted layers of the round under that mapping, where
    somebody has just read them.
    """
    require_unit(round_, unit)
    mapped = mapped or mapping(session, round_.project_id)
    chosen = Chosen.of(session, round_, selection, mapped, independence=independence)
    everywhere = mapped.places(level.level)
    lifted = chosen.places(everywhere)
    left_out = waiting = skipped = unseen = 0
    layers: list[Worked] = []
    units: dict[UUID, Units] = {}
    sets: dict[UUID, dict[UUID, Sequence[frozenset[str] | None]]] = {}
    placed: dict[UUID, dict[UUID, Sequence[tuple[int, int, str]]]] = {}
    rows: list[list[str | int]] = []
    rounds = [r.id for r in chosen.rounds]
    meet(session, sa.select(Assignment.revision_id).where(Assignment.round_id.in_(rounds)), unit)
    for layer in chosen.layers(session, read):
        document = layer.document_id
        waiting += layer.waiting
        layers.append(Worked(document, layer.revision_id, list(layer.codings)))
        units[document] = units_of(session, layer.revision_id, unit)
        cuts, named = Cuts(units[document]), str(document)
        for coder, marks in layer.codings.items():
            spans = [(m.start, m.end, lifted[m.code]) for m in marks if m.code in lifted]
            counted = sum(m.code in everywhere for m in marks) if selection.codes else len(spans)
            left_out += len(marks) - counted
            chosen.left.codes += counted - len(spans)
            missing = layer.missing.get(coder, NONE_MISSING)
            skipped, unseen = skipped + len(missing.skipped), unseen + len(missing.unseen)
            placed.setdefault(document, {})[coder] = spans
            sets.setdefault(document, {})[coder] = cuts.judged(spans, missing.places)
            rows += [[named, m.coder, m.code, m.start, m.end] for m in marks]
            rows += [[named, str(coder), "", start, end] for start, end in missing.places]
    codes = (code for r in chosen.rounds for code in codes_of(session, r, mapped))
    present = {lifted[code] for code in codes if code in lifted}
    return Comparison(
        round=round_,
        unit=unit,
        level=level,
        layers=layers,
        units=units,
        sets=sets,
        spans=placed,
        codes=mapped.in_order(present),
        mapped=mapped,
        left_out=left_out,
        waiting=waiting,
        skipped=skipped,
        unseen=unseen,
        fingerprint=_fingerprint(rows, layers),
        chosen=chosen,
    )
