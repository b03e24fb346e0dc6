"""Writing codings: once, where they may be, by whom they may be; nothing is ever overwritten without a trace."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from cast import TEXTS, Cast, store
from intercoder.db import within
from intercoder.errors import Conflict, Forbidden, IntercoderError, InvalidInput, NotFound, Stale
from intercoder.models import Coding, CodingChange, Event
from intercoder.policy import Permission
from intercoder.services import assigning, coding, places
from services.comparing import assignments_of, consensus_of, disagreements_of


def put(
    cast: Cast, person: str, round_id: UUID, body: Mapping[str, Any], key: UUID | None = None, document: str = "访谈一"
) -> coding.Written:
    with cast.database.transaction() as session:
        access = cast.access(session, person, Permission.CODE, "round", round_id)
        return coding.put_coding(
            within(session),
            access.asking(Permission.CODE),
            cast.documents[document],
            key or uuid4(),
            coding.CodingWrite.model_validate(body),
        )


def change(cast: Cast, person: str, round_id: UUID, key: UUID, version: int, **changes: Any) -> places.StoredCoding:
    with cast.database.transaction() as session:
        access = cast.access(session, person, Permission.CODE, "round", round_id)
        return coding.change_coding(
            within(session),
            access.asking(Permission.CODE),
            cast.documents["访谈一"],
            key,
            version,
            coding.CodingPatch(**changes),
        ).coding


def stored(cast: Cast) -> int:
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Coding)) or 0


def logged(cast: Cast, action: str) -> int:
    with cast.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Event).where(Event.action == action)) or 0


def test_a_repeated_request_stores_one_coding_and_one_event(cast: Cast) -> None:
    round_id, key = cast.round(), uuid4()
    body = {"code": cast.codes["l1"], "start": 3, "end": 9}
    first, second = put(cast, "ai", round_id, body, key), put(cast, "ai", round_id, body, key)
    assert (first.new, second.new) == (True, False)
    assert second.coding.version == 1
    assert stored(cast) == 1
    assert logged(cast, "coding.created") == 1


def test_the_same_key_with_another_body_is_refused_and_changes_nothing(cast: Cast) -> None:
    round_id, key = cast.round(), uuid4()
    put(cast, "ai", round_id, {"code": cast.codes["l1"], "start": 3, "end": 9}, key)
    with pytest.raises(Conflict) as caught:
        put(cast, "ai", round_id, {"code": cast.codes["l1"], "start": 3, "end": 8}, key)
    assert caught.value.code == "same_key"
    assert stored(cast) == 1


def test_two_coders_may_use_the_same_key_without_learning_of_each_other(cast: Cast) -> None:
    round_id, key = cast.round(), uuid4()
    put(cast, "ai", round_id, {"code": cast.codes["l1"], "start": 3, "end": 9}, key)
    assert put(cast, "bo", round_id, {"code": cast.codes["l2"], "start": 0, "end": 4}, key).new
    assert stored(cast) == 2


@pytest.mark.parametrize(("start", "end"), [(4, 4), (9, 3), (0, len(TEXTS["访谈一"]) + 1), (10_000, 10_001)])
def test_a_span_outside_the_text_is_refused(cast: Cast, start: int, end: int) -> None:
    round_id = cast.round()
    with pytest.raises(InvalidInput, match="does not lie in the text"):
        put(cast, "ai", round_id, {"code": cast.codes["l1"], "start": start, "end": end})
    assert stored(cast) == 0


def test_an_offset_before_the_text_is_not_even_a_command(cast: Cast) -> None:
    for start, end in ((-1, 4), (0, -1)):
        with pytest.raises(ValidationError, match="greater than or equal to 0"):
            coding.CodingWrite(code=cast.codes["l1"], start=start, end=end)


def test_an_unknown_code_and_a_stale_codebook_are_refused(cast: Cast) -> None:
    round_id = cast.round()
    with pytest.raises(InvalidInput, match="not in the codebook"):
        put(cast, "ai", round_id, {"code": uuid4(), "start": 0, "end": 4})
    with pytest.raises(Conflict) as caught:
        put(cast, "ai", round_id, {"code": cast.codes["l1"], "start": 0, "end": 4, "codebook": uuid4()})
    assert caught.value.code == "stale_codebook"
    assert stored(cast) == 0


def test_a_sentence_round_takes_whole_sentences_only(cast: Cast) -> None:
    round_id = cast.round(unit="sentence")
    text = TEXTS["年报节选"]
    whole = text.index("。") + 1
    put(cast, "ai", round_id, {"code": cast.codes["c2"], "start": 0, "end": whole}, document="年报节选")
    with pytest.raises(InvalidInput, match="whole units"):
        put(cast, "ai", round_id, {"code": cast.codes["c2"], "start": 0, "end": whole - 3}, document="年报节选")


def test_only_an_assigned_coder_writes_and_only_while_the_round_is_open(cast: Cast) -> None:
    round_id = cast.round(coders=("ai",))
    body = {"code": cast.codes["l1"], "start": 0, "end": 4}
    with pytest.raises(NotFound):
        put(cast, "bo", round_id, body)  # a coder of the project, but not in this round
    with pytest.raises(Forbidden):
        put(cast, "olga", round_id, body)
    with pytest.raises(NotFound):
        put(cast, "otto", round_id, body)
    cast.close(round_id, unfinished=True)
    with pytest.raises(Conflict, match="closed"):
        put(cast, "ai", round_id, body)


def test_a_submitted_document_is_locked_until_it_is_handed_back(cast: Cast) -> None:
    round_id = cast.round()
    body = {"code": cast.codes["l1"], "start": 0, "end": 4}
    put(cast, "ai", round_id, body)
    cast.submit("ai", round_id, "访谈一")
    cast.submit("ai", round_id, "访谈一")  # a repeated request is a replay
    assert logged(cast, "assignment.submitted") == 1
    with pytest.raises(Conflict, match="submitted"):
        put(cast, "ai", round_id, body)
    with cast.database.transaction() as session:
        mine = next(
            a
            for a in assignments_of(session, round_id)
            if a.coder_id == cast.people["ai"].id and a.document_id == cast.documents["访谈一"]
        )
        access = cast.access(session, "lena", Permission.HAND_BACK, "assignment", mine.id)
        assigning.hand_back(session, access, [mine.id], "第二页漏了")
    assert put(cast, "ai", round_id, body).new


def test_changes_keep_what_was_and_name_the_version_they_start_from(cast: Cast) -> None:
    round_id = cast.round()
    key = cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    changed = change(cast, "ai", round_id, key, 1, memo="为什么是旧机器？", doubt=True)
    assert (changed.version, changed.memo, changed.doubt) == (2, "为什么是旧机器？", True)
    replay = change(cast, "ai", round_id, key, 1, memo="为什么是旧机器？", doubt=True)
    assert replay.version == 2  # the answer was lost, the change was not
    with pytest.raises(Stale):
        change(cast, "ai", round_id, key, 1, memo="something else")
    with cast.database.reading() as session:
        before = session.scalars(sa.select(CodingChange)).one()
    assert (before.version, before.before.memo) == (1, "")


def test_a_deleted_coding_comes_back_by_undo(cast: Cast) -> None:
    round_id = cast.round()
    key = cast.code("ai", round_id, "访谈一", "l1", "旧机器")
    assert change(cast, "ai", round_id, key, 1, deleted=True).deleted
    restored = change(cast, "ai", round_id, key, 2, deleted=False)
    assert (restored.deleted, restored.version) == (False, 3)


def test_a_refusal_rolls_back_the_whole_request(cast: Cast) -> None:
    round_id = cast.round()
    before = stored(cast)
    with pytest.raises(IntercoderError), cast.database.transaction() as session:
        access = cast.access(session, "ai", Permission.CODE, "round", round_id)
        coding.put_coding(
            within(session),
            access.asking(Permission.CODE),
            cast.documents["访谈一"],
            uuid4(),
            coding.CodingWrite(code=cast.codes["l1"], start=0, end=4),
        )
        coding.put_coding(
            within(session),
            access.asking(Permission.CODE),
            cast.documents["访谈一"],
            uuid4(),
            coding.CodingWrite(code=cast.codes["l1"], start=4, end=0),
        )
    assert stored(cast) == before


def body(cast: Cast, start: object, end: object) -> dict[str, Any]:
    return {"code": cast.codes["l1"], "start": start, "end": end}


@pytest.mark.parametrize("start", ["1", True, 1.0, 1.5, None])
def test_an_offset_is_a_whole_number_and_nothing_that_only_looks_like_one(cast: Cast, start: object) -> None:
    with pytest.raises(ValidationError):
        coding.CodingWrite.model_validate(body(cast, start, 3))
    with pytest.raises(ValidationError):
        coding.CodingPatch.model_validate({"end": "1"})


BLANKS = "We repaired the old machines ourselves. Then our neighbours came.\n　　后来　邻居来了。\u00a0\n"


def test_blanks_at_the_edges_of_a_span_are_no_part_of_it(cast: Cast) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        cast.documents["blanks"] = store(session, access, "blanks", BLANKS).id
    made = cast.round(documents=["blanks"])
    chinese = BLANKS.index("后来")
    spans = [((0, 40), (0, 39)), ((39, 45), (40, 44)), ((65, chinese + 9), (chinese, chinese + 8))]
    for (start, end), kept in spans:
        written = put(cast, "ai", made, body(cast, start, end), document="blanks")
        assert (written.coding.start, written.coding.end) == kept
    for start, end in ((39, 40), (65, 68), (chinese + 8, len(BLANKS))):
        with pytest.raises(InvalidInput, match="only blanks"):
            put(cast, "ai", made, body(cast, start, end), document="blanks")
    key = uuid4()
    first = put(cast, "ai", made, body(cast, 0, 40), key=key, document="blanks")
    again = put(cast, "ai", made, body(cast, 0, 40), key=key, document="blanks")
    assert (first.new, again.new) == (True, False)
    with cast.database.transaction() as session:
        access = cast.access(session, "ai", Permission.CODE, "round", made)
        document = cast.documents["blanks"]
        moved = coding.change_coding(
            within(session), access.asking(Permission.CODE), document, key, 1, coding.CodingPatch(start=39, end=45)
        ).coding
        assert (moved.start, moved.end, moved.version) == (40, 44, 2)
        replayed = coding.change_coding(
            within(session), access.asking(Permission.CODE), document, key, 1, coding.CodingPatch(start=39, end=45)
        ).coding
        assert replayed.version == 2
        with pytest.raises(InvalidInput, match="only blanks"):
            coding.change_coding(
                within(session), access.asking(Permission.CODE), document, key, 2, coding.CodingPatch(start=39, end=40)
            )


def test_a_blank_more_or_less_is_no_disagreement(cast: Cast) -> None:
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        cast.documents["blanks"] = store(session, access, "blanks", BLANKS).id
    made = cast.round(documents=["blanks"])
    chinese = BLANKS.index("后来")
    for person, spans in {"ai": [(0, 39), (chinese, chinese + 8)], "bo": [(0, 40), (chinese - 2, chinese + 9)]}.items():
        for start, end in spans:
            put(cast, person, made, body(cast, start, end), document="blanks")
        cast.submit(person, made, "blanks")
    cast.close(made)
    assert disagreements_of(cast, made) == []
    assert len(consensus_of(cast, made)) == 2
