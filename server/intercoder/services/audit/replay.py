"""The log read from its first event to its last: the chains, and what must be in the tables by what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from intercoder import events
from intercoder.models import CodeState, EmptyKind, Event, RulingTag, Unseen
from intercoder.services.audit.differences import Difference, Differs
from intercoder.services.codebook import DESCRIPTION, LATER

#: of a code, in the order in which they are told
FIELDS = (*DESCRIPTION, "parent_id")
#: what an act on the mapping says of a code
REMAPPED = ("name", "level", "parent_id", "into_id", "split_into")
_MAPPING = (
    events.CodesMerged
    | events.CodesMoved
    | events.CodeSplit
    | events.PassagesPut
    | events.LabelsPlaced
    | events.LabelsUnplaced
    | events.MappingUndone
    | events.OwnLabelsChanged
    | events.ProposalJoined
)


@dataclass(slots=True)
class Place:
    """The event that said it last."""

    stream: UUID
    seq: int


@dataclass(slots=True)
class LoggedCoding:
    """A coding as the log has it; ``code`` as the coder's browser named it at first."""

    stream: UUID
    seq: int
    code: UUID
    start: int
    end: int
    doubt: int
    typical: bool = False
    deleted: bool = False


@dataclass(slots=True)
class LoggedCode:
    """A code as far as the log tells of it."""

    place: Place
    state: CodeState
    said: dict[str, object] = field(default_factory=dict)
    #: when it was said last what it counts as
    at: datetime | None = None


@dataclass(slots=True)
class LoggedRuling:
    """A ruling, the disagreement it is on, and whether it was taken back or followed by another."""

    place: Place
    disagreement: UUID
    codings: tuple[events.RuledCoding, ...]
    reason: str
    tag: RulingTag | None
    ended: bool = False


@dataclass(slots=True)
class LoggedVersion:
    """A published version of the codebook."""

    place: Place
    number: int
    codes: int
    sha256: str | None


@dataclass(slots=True)
class LoggedText:
    """The first text of a document."""

    place: Place
    sha256: str


class Replay:
    """What the log of one project says. Give it the rows of one stream after the other, each in order."""

    def __init__(self, project_id: UUID, anchors: Mapping[int, str]) -> None:
        self.project_id = project_id
        #: what was written down outside the database and not found so far
        self._anchors = dict(anchors)
        self.differences: list[Difference] = []
        self.streams = 0
        self.events = 0
        #: of the project's own stream
        self.seq, self.head = 0, ""
        self.codings: dict[tuple[UUID, UUID], LoggedCoding] = {}
        #: (assignment, start) → what was said of the unit last
        self.empty_units: dict[tuple[UUID, int], tuple[EmptyKind | None, Place]] = {}
        #: assignment → what was said of its other units without codings, when it was submitted
        self.unseen: dict[UUID, tuple[Unseen | None, Place]] = {}
        self.codes: dict[UUID, LoggedCode] = {}
        #: (split code, coder, key of a coding) → where a person put the passage, and the event that says so
        self.passages: dict[tuple[UUID, UUID, UUID], tuple[UUID, Place]] = {}
        self.rulings: dict[UUID, LoggedRuling] = {}
        self.versions: dict[UUID, LoggedVersion] = {}
        self.texts: dict[UUID, LoggedText] = {}
        self._in_force: dict[UUID, UUID] = {}
        #: stream → the heads that it must have, each with the event that says so
        self._heads: dict[UUID, dict[str, int]] = {}
        self._stream: UUID | None = None
        self._before: Event | None = None
        self._whole = True

    def read(self, row: Event) -> None:
        """Take the next row."""
        if row.stream != self._stream:
            self.streams += 1
            self._stream, self._before, self._whole = row.stream, None, True
        self.events += 1
        # After a break every row would follow from the wrong one: the first is what is told.
        if self._whole and not events.follows(self._before, row):
            self._whole = False
            self.differences.append(self._of(row, Differs.CHAIN))
        self._before = row
        self._heads.get(row.stream, {}).pop(row.hash, None)
        if row.stream == self.project_id:
            self.seq, self.head = row.seq, row.hash
            anchored = self._anchors.pop(row.seq, row.hash)
            if anchored != row.hash:
                self.differences.append(replace(self._of(row, Differs.ANCHOR), logged=anchored, stored=row.hash))
        act = events.read(row)
        if act is None:
            self.differences.append(self._of(row, Differs.UNKNOWN))
        else:
            self._take(act, row)

    def finish(self) -> None:
        """Say which ends of streams are not there."""
        for seq, anchored in self._anchors.items():
            self.differences.append(Difference(Differs.ANCHOR, "event", "", self.project_id, seq, "", anchored))
        for stream, left in self._heads.items():
            for head, seq in left.items():
                place = f"{self.project_id}:{seq}"
                self.differences.append(Difference(Differs.CUT, "event", place, stream, None, "", head))

    @staticmethod
    def _of(row: Event, differs: Differs) -> Difference:
        return Difference(differs, "event", row.action, row.stream, row.seq)

    def _take(self, act: events.Act, row: Event) -> None:
        if isinstance(act, events.CodingCreated | events.CodingChanged | events.CodingDeleted):
            self._coding(act, row)
        elif isinstance(act, events.UnitEmptied):
            self.empty_units[act.subject_id, act.start] = (act.kind, Place(row.stream, row.seq))
        elif isinstance(act, events.AssignmentSubmitted):
            if act.head:
                self._heads.setdefault(act.subject_id, {})[act.head] = row.seq
            self.unseen[act.subject_id] = (act.unseen, Place(row.stream, row.seq))
        elif isinstance(act, events.AssignmentHandedBack):
            self.unseen[act.subject_id] = (None, Place(row.stream, row.seq))
        elif isinstance(act, events.DisagreementRuled | events.LoneRulingHolds | events.RulingUndone):
            self._ruling(act, row)
        elif isinstance(act, events.PlacesRuled | events.PlacesOpened):
            self._rulings_by_a_rule(act, row)
        elif isinstance(act, events.DocumentImported):
            self.texts[act.subject_id] = LoggedText(Place(row.stream, row.seq), act.sha256)
        elif isinstance(act, events.CodebookPublished):
            place = Place(row.stream, row.seq)
            self.versions[act.subject_id] = LoggedVersion(place, act.number, act.codes, act.sha256)
        elif isinstance(act, _MAPPING):
            self._mapping(act, row)
        else:
            self._code(act, row)

    def _mapping(self, act: events.Act, row: Event) -> None:
        place = Place(row.stream, row.seq)
        for code in getattr(act, "codes", ()):
            known = self.codes.get(code.id)
            # A coder's own stream is read after the project's, and may tell of what was before.
            if known is not None and known.at is not None and known.at > row.at:
                continue
            said = {name: getattr(code, name) for name in REMAPPED}
            self._change(code.id, place, said, code.state)
            self.codes[code.id].at = row.at
        for passage in getattr(act, "passages", ()):
            here = (act.subject_id, passage.coder, passage.key)
            if passage.at is None:
                self.passages.pop(here, None)
            else:
                self.passages[here] = (passage.at, place)

    def _coding(self, act: events.CodingCreated | events.CodingChanged | events.CodingDeleted, row: Event) -> None:
        assert row.actor_id is not None
        key = (row.actor_id, act.subject_id)
        if isinstance(act, events.CodingCreated):
            self.codings[key] = LoggedCoding(
                row.stream, row.seq, act.code, act.start, act.end, act.doubt, bool(act.typical)
            )
            return
        coding = self.codings.get(key)
        if coding is None:
            self.differences.append(Difference(Differs.UNLOGGED, "coding", str(act.subject_id), row.stream, row.seq))
            return
        coding.stream, coding.seq = row.stream, row.seq
        for name in ("code", "start", "end", "doubt", "typical", "deleted"):
            if (value := getattr(act, name)) is not None:
                setattr(coding, name, value)

    def _ruling(self, act: events.DisagreementRuled | events.LoneRulingHolds | events.RulingUndone, row: Event) -> None:
        before = self._in_force.pop(act.subject_id, None)
        if before is not None:
            self.rulings[before].ended = True
        if not isinstance(act, events.RulingUndone):
            said = (act.codings, act.reason, act.tag)
            self.rulings[act.ruling] = LoggedRuling(Place(row.stream, row.seq), act.subject_id, *said)
            self._in_force[act.subject_id] = act.ruling

    def _rulings_by_a_rule(self, act: events.PlacesRuled | events.PlacesOpened, row: Event) -> None:
        if isinstance(act, events.PlacesOpened):
            for ruling in act.rulings:
                logged = self.rulings[ruling]
                logged.ended = True
                self._in_force.pop(logged.disagreement, None)
            return
        place = Place(row.stream, row.seq)
        for one in act.rulings:
            before = self._in_force.get(one.disagreement)
            if before is not None:
                self.rulings[before].ended = True
            self.rulings[one.ruling] = LoggedRuling(place, one.disagreement, one.codings, act.reason, act.tag)
            self._in_force[one.disagreement] = one.ruling

    def _code(self, act: events.Act, row: Event) -> None:
        place = Place(row.stream, row.seq)
        if isinstance(act, events.CodesCreated):
            for made in act.codes:
                self.codes[made.id] = LoggedCode(place, CodeState.ACTIVE, _all_said(made))
        elif isinstance(act, events.OwnCodeMade | events.CodeProposed):
            state = CodeState.PRIVATE if isinstance(act, events.OwnCodeMade) else CodeState.PROPOSED
            # It lies in its coder's stream, which is read after the project's: what was decided on it is known already.
            said = self.codes.setdefault(act.subject_id, LoggedCode(place, state)).said
            said.setdefault("name", act.name)
            if isinstance(act, events.OwnCodeMade) and act.level is not None:
                said.setdefault("level", act.level)
        elif isinstance(act, events.CodeChanged):
            self._change(act.subject_id, place, _changed(act))
        elif isinstance(act, events.CodebookPasted):
            for made in act.codes:
                self.codes[made.id] = LoggedCode(place, CodeState.ACTIVE, _all_said(made))
            for each in act.changes:
                self._change(each.id, place, _changed(each))
        elif isinstance(act, events.CodeRetired):
            self._change(act.subject_id, place, {}, CodeState.RETIRED)
        elif isinstance(act, events.CodeAccepted | events.CodeDeclined):
            accepted = isinstance(act, events.CodeAccepted)
            self._change(act.subject_id, place, {}, CodeState.ACTIVE if accepted else CodeState.DECLINED)

    def _change(self, code_id: UUID, place: Place, said: Mapping[str, object], state: CodeState | None = None) -> None:
        code = self.codes.setdefault(code_id, LoggedCode(place, CodeState.ACTIVE))
        code.place = place
        code.said.update(said)
        code.state = state or code.state


def _changed(act: events.CodeChanged | events.PastedChange) -> dict[str, object]:
    """Return what a code is said to be after a change, of the fields that changed."""
    return {name: pair[1] for name in FIELDS if (pair := getattr(act, name, None)) is not None}


def _all_said(made: events.MadeCode) -> dict[str, object]:
    """Return what is known of a code at its making: all, or its name and level where the first versions logged it."""
    if made.position is None:
        return {"name": made.name, "level": made.level}
    said = {name: getattr(made, name) for name in FIELDS}
    # Logs of before migration 0021 say nothing of what codes have had since then.
    return {name: value for name, value in said.items() if value is not None or name not in LATER}
