"""What a new code is said to be when labels are placed at it: its example and near miss are linked to their passages."""

from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.errors import InvalidInput
from intercoder.models import Assignment, Code, Level
from intercoder.policy import Permission
from intercoder.services import remapping
from intercoder.services.quoting import PassageIn, quotations
from intercoder.services.remapping import PlaceIn, Placement
from intercoder.services.targets import Target
from services.test_alignment import DOCUMENT, QUOTES, openly_coded


def revision(cast: Cast, round_id: UUID) -> UUID:
    with cast.database.reading() as session:
        return (
            session.scalars(sa.select(Assignment.revision_id).where(Assignment.round_id == round_id)).first() or uuid4()
        )


def quoted(cast: Cast, round_id: UUID, words: str) -> PassageIn:
    start = TEXTS[DOCUMENT].index(words)
    return PassageIn(revision=revision(cast, round_id), start=start, end=start + len(words))


def placed(cast: Cast, round_id: UUID, label: UUID, target: Target) -> UUID | None:
    """Place a label; return the code as which it counts."""
    with cast.acting("lena", Permission.ALIGN, "round", round_id) as (session, access):
        remapping.place(session, access, PlaceIn(placements=(Placement(labels=(label,), at=target),)))
    with cast.database.reading() as session:
        return session.get_one(Code, label).into_id


@pytest.mark.parametrize(
    ("example", "near_miss"), [(QUOTES[0], None), (None, QUOTES[1]), ("😀后来𠮷野家", "客户的真实反馈")]
)
def test_a_new_code_quotes_the_passages_that_were_taken_over(
    cast: Cast, example: str | None, near_miss: str | None
) -> None:
    round_id, labels = openly_coded(cast)
    at = {
        f"{field}_at": quoted(cast, round_id, words)
        for field, words in (("example", example), ("near_miss", near_miss))
        if words
    }
    target = Target.model_validate({"name": "接入旧设备", "definition": "旧设备联网", **at})
    code_id = placed(cast, round_id, labels["旧机器联网"], target)
    with cast.database.reading() as session:
        code = session.get_one(Code, code_id)
        kept = {
            passage: said.words for passage, said in quotations(session, [code.example_at, code.near_miss_at]).items()
        }
        assert code.definition == "旧设备联网"
        assert [kept.get(passage) if passage else None for passage in (code.example_at, code.near_miss_at)] == [
            example,
            near_miss,
        ]


@pytest.mark.parametrize(
    ("place", "says"), [((0, 9999), "does not lie in its text"), ((5, 5), "does not lie in its text")]
)
def test_a_passage_that_is_none_is_refused_and_nothing_is_placed(cast: Cast, place: tuple[int, int], says: str) -> None:
    round_id, labels = openly_coded(cast)
    bad = PassageIn(revision=revision(cast, round_id), start=place[0], end=place[1])
    with pytest.raises(InvalidInput, match=says):
        placed(cast, round_id, labels["旧机器联网"], Target(name="新的", example_at=bad))
    unknown = PassageIn(revision=uuid4(), start=0, end=3)
    with pytest.raises(InvalidInput, match="not one of this project"):
        placed(cast, round_id, labels["旧机器联网"], Target(name="新的", near_miss_at=unknown))
    with cast.database.reading() as session:
        assert session.get_one(Code, labels["旧机器联网"]).into_id is None


@pytest.mark.parametrize("said", [{"definition": "别的意思"}, {"near_miss": "不是这个"}, {"example_at": True}])
def test_joining_a_code_of_the_codebook_says_nothing_new_of_it(cast: Cast, said: dict[str, object]) -> None:
    round_id, labels = openly_coded(cast)
    with cast.database.reading() as session:
        known = session.scalars(sa.select(Code).where(Code.round_id.is_(None), Code.level == Level.LABEL)).first()
    assert known is not None
    if "example_at" in said:
        said = {"example_at": quoted(cast, round_id, QUOTES[0])}
    with pytest.raises(InvalidInput, match="changed in the codebook"):
        placed(cast, round_id, labels["旧机器联网"], Target.model_validate({"code": known.id, **said}))
    assert placed(cast, round_id, labels["旧机器联网"], Target(code=known.id)) == known.id
