"""What stands is read on: after every act it is what reading everything anew gives, and texts in which nothing changed are not read."""

from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.models import Code, Round, RoundState
from intercoder.policy import Permission
from intercoder.services import moving, remapping, rounds, standing_passages
from intercoder.services.access import Access
from intercoder.services.adjudication import Span
from intercoder.services.moving import MoveIn
from intercoder.services.remapping import MergeIn, PassageIn, PassagesIn, SplitIn
from intercoder.services.standing_passages import StandingPassages, standing
from intercoder.services.study_tallies import Basis
from intercoder.services.targets import Target
from services.comparing import disagreements_of, hand_back, reopen, rule
from services.theory import coding

pytestmark = pytest.mark.sqlite


class Reader:
    """Reads what stands on and on, and each time anew beside it; remembers which documents were read."""

    def __init__(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast = cast
        self.before: dict[Basis, StandingPassages | None] = dict.fromkeys(Basis)
        self.read: set[str] = set()
        self.parts: set[str] = set()
        really = standing_passages._changed  # the one place where it is said which documents are read

        def noted(*given: object) -> object:
            changed = really(*given)  # type: ignore[arg-type] # passed on
            self.read |= changed.whole | changed.part if given[2] is not None else set()
            self.parts |= changed.part
            return changed

        monkeypatch.setattr(standing_passages, "_changed", noted)

    def goes_on(self) -> set[str]:
        """Read on, hold it against everything read anew, and return the titles of the documents that were read."""
        self.read = set()
        with self.cast.database.reading() as session:
            compared = sa.select(Round.id).where(
                Round.state.in_([RoundState.CLOSED, RoundState.SETTLED]), Round.compared_at.is_not(None)
            )
            of: Sequence[UUID] = session.scalars(compared.order_by(Round.number)).all()
            for basis in Basis:
                self.before[basis] = standing(session, self.cast.project, basis, of, self.before[basis])
                anew = standing(session, self.cast.project, basis, of, None)
                assert self.before[basis]._asdict() == anew._asdict()  # type: ignore[union-attr] # it was just made
        return {title for title, document in self.cast.documents.items() if str(document) in self.read}


def test_what_is_read_on_is_what_reading_anew_gives_and_only_what_changed_is_read(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(cast, monkeypatch)
    first, other = "访谈一", "年报节选"
    made = cast.two_documents()
    reader.goes_on()
    reader.goes_on()
    assert reader.read == set()

    (place, *_) = disagreements_of(cast, made)
    rule(cast, place, place.version, [Span(code=cast.codes["l2"], start=place.start, end=place.end)], "甲说得对")
    assert reader.goes_on() == {first}
    changed(cast, lambda s, a: moving.move(s, a, MoveIn(codes=(cast.codes["l1"],), parent=cast.codes["c4"])))
    assert reader.goes_on() == {first}
    assert reader.parts == {str(cast.documents[first])}
    changed(cast, lambda s, a: remapping.merge(s, a, MergeIn(codes=(cast.codes["c2"],), into=cast.codes["c4"])))
    assert reader.goes_on() == {other}
    into = SplitIn(into=(Target(name="一半"), Target(name="另一半")))
    changed(cast, lambda s, a: remapping.split(s, a, cast.codes["l1"], into))
    assert reader.goes_on() == {first}
    put_at(cast, "l1", coding(cast, "ai", "l1"))
    assert reader.goes_on() == {first}

    again = cast.round(documents=(other,))
    for person in ("ai", "bo"):
        cast.code(person, again, other, "l3", "平台接入商户增至三百家")
        cast.submit(person, again, other)
        assert reader.goes_on() == set()  # of an open round nothing is read
    cast.close(again)
    assert reader.goes_on() == {other}
    reopen(cast, again)
    assert reader.goes_on() == {other}
    hand_back(cast, again, "ai", other)
    cast.code("ai", again, other, "l1", "与两所高校签订合作协议")
    cast.submit("ai", again, other)
    cast.close(again)
    assert reader.goes_on() == {other}
    # Opened again, coded otherwise and closed, without a look in between.
    reopen(cast, again)
    hand_back(cast, again, "bo", other)
    cast.code("bo", again, other, "c3", "与两所高校签订合作协议")
    cast.submit("bo", again, other)
    cast.close(again)
    assert reader.goes_on() == {other}
    for place in disagreements_of(cast, again):
        rule(cast, place, place.version, [], "不成立")
    assert reader.goes_on() == {other}
    with cast.acting("lena", Permission.ROUND_MANAGE, "round", again) as (session, access):
        rounds.settle_round(session, access)
    assert reader.goes_on() == set()


def changed(cast: Cast, act: Callable[[Session, Access], object]) -> None:
    """Let the lead change what codes count as."""
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        act(session, access)


def put_at(cast: Cast, code: str, passage: dict[str, UUID]) -> None:
    """Put a passage of a split code at the first of its parts."""
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        part = session.get_one(Code, cast.codes[code]).split_into[0]
        given = PassagesIn(passages=(PassageIn(coder=passage["coder"], key=passage["key"], at=part),))
        remapping.put_passages(session, access, cast.codes[code], given)
