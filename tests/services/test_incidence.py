"""What is kept of submitted layers is what a count of their codings gives, whatever is done, in whichever order."""

from collections.abc import Callable
from random import Random
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import TEXTS, Cast
from intercoder import schema
from intercoder.db import within
from intercoder.errors import IntercoderError
from intercoder.models import Assignment, AssignmentState, Coding, Incidence
from intercoder.policy import Permission
from intercoder.services import assigning, coding, incidence, rounds

DOCUMENT = "访谈一"
Kept = dict[UUID, tuple[UUID, UUID, UUID, object, int, set[UUID]]]


def kept(session: Session) -> Kept:
    return {
        row.assignment_id: (
            row.round_id,
            row.document_id,
            row.coder_id,
            row.submitted_at,
            row.codings,
            {UUID(bytes=code) for code in incidence.unpacked(row.codes)},
        )
        for row in session.scalars(sa.select(Incidence))
    }


def counted(session: Session) -> Kept:
    """Count from scratch."""
    submitted = session.scalars(sa.select(Assignment).where(Assignment.state == AssignmentState.SUBMITTED)).all()
    codings = session.scalars(sa.select(Coding).where(Coding.deleted_at.is_(None))).all()
    return {
        a.id: (
            a.round_id,
            a.document_id,
            a.coder_id,
            a.submitted_at,
            sum(c.assignment_id == a.id for c in codings),
            {c.code_id for c in codings if c.assignment_id == a.id},
        )
        for a in submitted
    }


class History:
    """People who do one thing after the other in two rounds, as chance has it; what is refused changes nothing."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self._cast, self._chance = cast, Random(seed)
        self._rounds = [cast.round(documents=(DOCUMENT, "年报节选")) for _ in range(2)]
        self._keys: list[tuple[str, UUID, str, UUID, int]] = []
        self.done: set[str] = set()

    def act(self) -> None:
        """Do one thing."""
        acts: list[Callable[[], None]] = [self._code, self._code, self._change, self._submit, self._submit]
        chosen = self._chance.choice([*acts, self._hand_back, self._hand_back, self._move])
        try:
            chosen()
        except IntercoderError:
            return
        self.done.add(chosen.__name__)

    def _some(self) -> tuple[str, UUID, str]:
        documents = (DOCUMENT, "年报节选")
        return self._chance.choice(["ai", "bo"]), self._chance.choice(self._rounds), self._chance.choice(documents)

    def _code(self) -> None:
        who, round_id, document = self._some()
        key, start = uuid4(), self._chance.randrange(0, len(TEXTS[document]) - 12)
        code = self._chance.choice(list(self._cast.codes.values()))
        with self._cast.acting(who, Permission.CODE, "round", round_id) as (session, access):
            write = coding.CodingWrite(code=code, start=start, end=start + 10)
            coding.put_coding(
                within(session), access.asking(Permission.CODE), self._cast.documents[document], key, write
            )
        self._keys.append((who, round_id, document, key, 1))

    def _change(self) -> None:
        if not self._keys:
            return
        place = self._chance.randrange(len(self._keys))
        who, round_id, document, key, version = self._keys[place]
        code = self._chance.choice(list(self._cast.codes.values()))
        patch = self._chance.choice(
            [coding.CodingPatch(code=code), coding.CodingPatch(deleted=True), coding.CodingPatch(deleted=False)]
        )
        with self._cast.acting(who, Permission.CODE, "round", round_id) as (session, access):
            asking, at = access.asking(Permission.CODE), self._cast.documents[document]
            changed = coding.change_coding(within(session), asking, at, key, version, patch)
        self._keys[place] = (who, round_id, document, key, changed.coding.version)

    def _submit(self) -> None:
        who, round_id, document = self._some()
        with self._cast.acting(who, Permission.CODE, "round", round_id) as (session, access):
            coding.submit(session, access, self._cast.documents[document])

    def _hand_back(self) -> None:
        who, round_id, document = self._some()
        with self._cast.acting("lena", Permission.ROUND_MANAGE, "round", round_id) as (session, access):
            assignment = session.scalars(
                sa.select(Assignment.id).where(
                    Assignment.round_id == round_id,
                    Assignment.coder_id == self._cast.people[who].id,
                    Assignment.document_id == self._cast.documents[document],
                )
            ).one()
            assigning.hand_back(session, access, [assignment], "noch einmal")

    def _move(self) -> None:
        with self._cast.acting("lena", Permission.ROUND_MANAGE, "round", self._chance.choice(self._rounds)) as door:
            session, access = door
            if access.round.state.compared:
                rounds.reopen_round(session, access)
            else:
                rounds.close_round(session, access, unfinished=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_kept_is_what_a_count_from_scratch_gives_at_every_step(cast: Cast, seed: int) -> None:
    history = History(cast, seed)
    seen = 0
    for _ in range(70):
        history.act()
        with cast.database.reading() as session:
            assert kept(session) == counted(session)
            seen = max(seen, len(kept(session)))
    assert history.done == {"_code", "_change", "_submit", "_hand_back", "_move"}
    assert seen > 2


def test_a_replayed_submission_is_entered_once(cast: Cast) -> None:
    made = cast.coded_round()
    cast.submit("ai", made, DOCUMENT)
    with cast.database.reading() as session:
        assert kept(session) == counted(session)
        assert len(kept(session)) == 2


def test_layers_that_were_submitted_before_are_entered_by_the_migration(cast: Cast) -> None:
    cast.coded_round()
    cast.round()
    nothing = cast.round(documents=("年报节选",))
    cast.submit("bo", nothing, "年报节选")
    schema.downgrade(cast.database, "0012")
    schema.upgrade(cast.database)
    with cast.database.reading() as session:
        assert kept(session) == counted(session)
        assert sorted(row[4] for row in kept(session).values()) == [0, 3, 4]
