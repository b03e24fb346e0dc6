"""Placing many private labels at once: those with one name, or all that are certain enough. One act, one undo."""

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.orm import Session

from intercoder.errors import Conflict, InvalidInput
from intercoder.models import AlignmentProposal, Code, CodeState, Level, ProposalKind, ProposedLabel
from intercoder.services.access import RoundAccess
from intercoder.services.command import Command
from intercoder.services.remapping import PlaceIn, Placement
from intercoder.services.targets import Target
from intercoder.text.canonical import name_key


class BulkIn(Command):
    """Which labels are placed: ``identical`` names, and the proposals that are at least so ``certain`` (0..1).

    ``seen``: the number of the last act on the codes that was seen.
    """

    identical: bool = False
    certain: Annotated[float, Field(gt=0, le=1)] | None = None
    seen: int | None = None


@dataclass(frozen=True)
class Joined:
    """Labels that would become one code, and its name."""

    name: str
    labels: Sequence[str]


def placements(session: Session, access: RoundAccess, given: BulkIn) -> tuple[PlaceIn, list[Joined]]:
    """Return what would be placed where, and the same in words, the largest groups first.

    A group takes the name that most of its labels have, else that of the label with most text; where a code of the
    codebook is called so, the labels join it.

    Raises
    ------
    InvalidInput : nothing was chosen.
    Conflict : nothing fits.
    """
    if not given.identical and given.certain is None:
        raise InvalidInput("which_labels", "Choose identical names, a certainty, or both.")
    names = _waiting(session, access)
    groups = _Groups(names)
    if given.certain is not None:
        for labels, extents in _certain(session, access, given.certain):
            groups.join(labels, extents)
    if given.identical:
        groups.join_identical()
    joined = groups.joined()
    if not joined:
        raise Conflict("nothing_fits", "No labels without a place fit this.")
    known = {
        key: code
        for code, key in session.execute(
            sa.select(Code.id, Code.name_key).where(
                Code.project_id == access.project.id, Code.state == CodeState.ACTIVE, Code.level == Level.LABEL
            )
        )
    }
    placed = []
    for name, labels in joined:
        code = known.get(name_key(name))
        placed.append(Placement(labels=tuple(labels), at=Target(code=code) if code else Target(name=name)))
    told = [Joined(name, [names[label] for label in labels]) for name, labels in joined]
    return PlaceIn(placements=tuple(placed), seen=given.seen), told


def _waiting(session: Session, access: RoundAccess) -> dict[UUID, str]:
    """Return the labels of the proposals of a round that have no place, with their names."""
    rows = session.execute(
        sa.select(Code.id, Code.name)
        .where(
            Code.round_id == access.round.id,
            Code.level == Level.LABEL,
            Code.state == CodeState.PRIVATE,
            sa.exists().where(ProposedLabel.code_id == Code.id),
        )
        .order_by(Code.name_key, Code.id)
    )
    return {code: name for code, name in rows}


def _certain(session: Session, access: RoundAccess, least: float) -> list[tuple[list[UUID], Mapping[UUID, int]]]:
    """Return the labels of the proposals that are so certain, each with how much text its labels cover."""
    proposals = session.execute(
        sa.select(AlignmentProposal.id, AlignmentProposal.evidence)
        .where(
            AlignmentProposal.round_id == access.round.id,
            AlignmentProposal.kind == ProposalKind.SAME,
            AlignmentProposal.score >= least,
        )
        .order_by(AlignmentProposal.position)
    ).all()
    labels: dict[UUID, list[UUID]] = {proposal: [] for proposal, _ in proposals}
    members = (
        sa.select(ProposedLabel.proposal_id, ProposedLabel.code_id)
        .join(AlignmentProposal, AlignmentProposal.id == ProposedLabel.proposal_id)
        .where(AlignmentProposal.round_id == access.round.id)
        .order_by(ProposedLabel.position)
    )
    for proposal, label in session.execute(members):
        if proposal in labels:
            labels[proposal].append(label)
    return [
        (
            labels[proposal],
            {pair.first: pair.first_extent for pair in evidence}
            | {pair.second: pair.second_extent for pair in evidence},
        )
        for proposal, evidence in proposals
    ]


class _Groups:
    """Labels that become one code, as a forest in which each leads to another one of its group."""

    def __init__(self, names: Mapping[UUID, str]) -> None:
        self._names = names
        self._into = {label: label for label in names}
        self._extents: dict[UUID, int] = {}

    def _root(self, label: UUID) -> UUID:
        while self._into[label] != label:
            self._into[label] = self._into[self._into[label]]
            label = self._into[label]
        return label

    def join(self, labels: Sequence[UUID], extents: Mapping[UUID, int]) -> None:
        """Let those of these labels that wait be one group, where all of them do."""
        if len(labels) > 1 and all(label in self._into for label in labels):
            self._extents |= extents
            for other in labels[1:]:
                self._into[self._root(other)] = self._root(labels[0])

    def join_identical(self) -> None:
        """Let labels be one group whose names differ in typing only."""
        first: dict[str, UUID] = {}
        for label, name in self._names.items():
            other = first.setdefault(plain(name), label)
            self._into[self._root(label)] = self._root(other)

    def joined(self) -> list[tuple[str, list[UUID]]]:
        """Return the groups of several labels by their name; two that would be called the same are one."""
        groups: dict[UUID, list[UUID]] = {}
        for label in self._names:
            groups.setdefault(self._root(label), []).append(label)
        called: dict[str, tuple[str, list[UUID]]] = {}
        for labels in groups.values():
            if len(labels) > 1:
                name = self._name(labels)
                called.setdefault(name_key(name), (name, []))[1].extend(labels)
        return sorted(called.values(), key=lambda group: (-len(group[1]), name_key(group[0])))

    def _name(self, labels: Sequence[UUID]) -> str:
        times = Counter(plain(self._names[label]) for label in labels)
        best = min(
            labels,
            key=lambda label: (
                -times[plain(self._names[label])],
                -self._extents.get(label, 0),
                name_key(self._names[label]),
                self._names[label],
            ),
        )
        return self._names[best]


def plain(name: str) -> str:
    """Return a name without what is typing only: width, case, spaces and punctuation; one of signs only as it is."""
    key = name_key(name)
    return "".join(sign for sign in key if unicodedata.category(sign)[0] in "LMN") or key
