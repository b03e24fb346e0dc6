"""A study with settled documents, for tests of trainees: Bo and Olga agree on all of them, Ai is the trainee."""

from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

from cast import Cast, store
from intercoder.db import within
from intercoder.models import Role
from intercoder.policy import Permission
from intercoder.services import answer_keys, coding
from services.comparing import give

SENTENCES = 40
#: the code of each sentence of a document, by its place; the others have none
RIGHT = {place: "l1" if place % 4 == 0 else "l2" for place in range(0, SENTENCES, 2)}


def sentence(place: int) -> str:
    """Return a sentence that stands nowhere else."""
    return f"第{place:02}句说的是𠮷野家。"


def text_of(title: str) -> str:
    """Return the text of a document of that title."""
    return title + "。" + "".join(sentence(place) for place in range(SENTENCES))


#: a place on which Bo and Olga differ in a study where they do
APART = 1


def settled_study(cast: Cast, *titles: str, codes: Mapping[int, str] = RIGHT, apart: bool = False) -> UUID:
    """Store documents, let Bo and Olga code them alike, or all but for one place, close; return the round."""
    give(cast, "olga", Role.CODER)
    with cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
        for title in titles:
            cast.documents[title] = store(session, access, title, text_of(title)).id
    round_id = cast.round(documents=titles, coders=("bo", "olga"), unit="sentence")
    for person in ("bo", "olga"):
        for title in titles:
            differs = [(APART, "l3" if person == "bo" else "c1")] if apart else []
            coded_as(cast, person, round_id, title, [*codes.items(), *differs])
    cast.close(round_id)
    return round_id


def coded_as(cast: Cast, person: str, round_id: UUID, title: str, codes: Iterable[tuple[int, str]]) -> None:
    """Let a person code sentences of a document and submit it: all of it was read."""
    for place, code in codes:
        start = text_of(title).index(sentence(place))
        write = coding.CodingWrite(code=cast.codes[code], start=start, end=start + len(sentence(place)))
        with cast.database.transaction() as session:
            coding.put_coding(within(session), cast.asking(person, round_id), cast.documents[title], uuid4(), write)
    cast.submit(person, round_id, title)


def make_test(cast: Cast, *titles: str, **other: object) -> UUID:
    """Make and open a test of Ai."""
    with cast.acting("lena", Permission.ROUND_MANAGE) as (session, access):
        wanted = {
            "name": "测试",
            "version_id": cast.version,
            "coders": (cast.people["ai"].id,),
            "documents": tuple(cast.documents[title] for title in titles),
            "open": True,
        }
        return answer_keys.create_test(session, access, answer_keys.NewTest(**{**wanted, **other})).round_id
