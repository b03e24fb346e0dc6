"""Coded rounds of any size, put into a database in seconds: what the benchmarks of jobs and pages start from.

The rows are those that coding through the server would have left, but for the log's: nobody coded here.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

import sqlalchemy as sa

from intercoder.clock import now
from intercoder.db import Database
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodebookVersion,
    CodeState,
    Coding,
    Document,
    Level,
    Member,
    Reading,
    Revision,
    RevisionUnits,
    Role,
    Round,
    RoundState,
    SourceType,
    Unit,
    User,
    VersionCode,
    uuid7,
)
from intercoder.services.storing import text_hash
from intercoder.services.units import cut
from intercoder.text.readers import ReadDocument

SENTENCES = (
    "企业在资源约束下把旧设备接上了网。",
    "先有信任再有合同，没有信任什么都谈不了。",
    "They wrote to us first, and we shared our data after a year. ",
    "研发投入同比增长百分之二十，平台接入商户增至三百家。",
)
CHUNK = 2000


@dataclass(frozen=True)
class Made:
    """A project's people, documents and codes, on which rounds are made."""

    project: UUID
    lead: UUID
    version: UUID
    coders: Sequence[UUID]
    codes: Sequence[UUID]
    #: document → revision and its length
    documents: dict[UUID, tuple[UUID, int]]


def make_study(
    database: Database, project: UUID, lead: UUID, *, coders: int, documents: int, codes: int, letters: int
) -> Made:
    """Put coders, documents and a codebook of three labels to a concept into a project."""
    chance, stamp = random.Random(7), now()
    people = [uuid7() for _ in range(coders)]
    texts = {uuid7(): _text(chance, letters) for _ in range(documents)}
    revisions = {document: uuid7() for document in texts}
    labels = [uuid4() for _ in range(codes)]
    concepts = [uuid4() for _ in range(max(codes // 20, 1))]
    version = uuid7()
    described = [
        *((c, None, Level.CONCEPT, f"概念{n}") for n, c in enumerate(concepts)),
        *((c, concepts[n % len(concepts)], Level.LABEL, f"标签{n}") for n, c in enumerate(labels)),
    ]
    with database.engine.begin() as connection:
        number = connection.scalar(sa.select(sa.func.max(CodebookVersion.number))) or 0
        _insert(
            connection,
            User,
            (_person(i, f"member{n}@study.example", f"成员{n}", stamp) for n, i in enumerate(people)),
        )
        _insert(
            connection,
            Member,
            (
                {"id": uuid7(), "project_id": project, "user_id": i, "roles": (Role.CODER,), "joined_at": stamp}
                for i in people
            ),
        )
        _insert(
            connection,
            Document,
            (
                {
                    "id": i,
                    "project_id": project,
                    "title": f"资料{n}",
                    "title_key": f"资料{n}",
                    "spelling": f"ziliao{n:05}",
                    "search": f"资料{n}",
                    "source_type": SourceType.INTERVIEW,
                    "is_primary": True,
                    "attributes": {},
                    "position": 1000 + n,
                    "created_at": stamp,
                }
                for n, i in enumerate(texts)
            ),
        )
        _insert(
            connection,
            Revision,
            (
                {
                    "id": revisions[i],
                    "document_id": i,
                    "number": 1,
                    "text": text,
                    "length": len(text),
                    "sha256": text_hash(text),
                    "reader": Reading(),
                    "created_at": stamp,
                }
                for i, text in texts.items()
            ),
        )
        # As an import leaves them.
        _insert(
            connection,
            RevisionUnits,
            (
                {"revision_id": revisions[i], "unit": unit, "packed": units.packed()}
                for i, text in texts.items()
                for unit, units in cut(ReadDocument(text, [], "txt", "txt 1", None, [])).items()
            ),
        )
        _insert(
            connection,
            CodebookVersion,
            [
                {
                    "id": version,
                    "project_id": project,
                    "number": number + 1,
                    "note": "",
                    "published_by": lead,
                    "published_at": stamp,
                }
            ],
        )
        common = {"include": "", "exclude": "", "example": "", "near_miss": "", "definition": ""}
        _insert(
            connection,
            Code,
            (
                {
                    **common,
                    "id": i,
                    "project_id": project,
                    "parent_id": parent,
                    "name": name,
                    "name_key": name,
                    "level": level,
                    "state": CodeState.ACTIVE,
                    "colour": n % 8,
                    "position": n,
                    "created_at": stamp,
                    "revision": 1,
                }
                for n, (i, parent, level, name) in enumerate(described)
            ),
        )
        _insert(
            connection,
            VersionCode,
            (
                {
                    **common,
                    "version_id": version,
                    "code_id": i,
                    "parent_id": parent,
                    "name": name,
                    "name_key": name,
                    "level": level,
                    "colour": n % 8,
                    "position": n,
                }
                for n, (i, parent, level, name) in enumerate(described)
            ),
        )
    return Made(project, lead, version, people, labels, {d: (revisions[d], len(text)) for d, text in texts.items()})


def make_round(database: Database, study: Made, number: int, *, codings: int, seed: int = 1) -> UUID:
    """Put in an open round that every coder has coded and submitted: so many codings in all, two in three the same."""
    made, stamp, chance = uuid7(), now(), random.Random(seed)
    assignments = {(d, c): uuid7() for d in study.documents for c in study.coders}
    with database.engine.begin() as connection:
        _insert(
            connection,
            Round,
            [
                {
                    "id": made,
                    "project_id": study.project,
                    "number": number,
                    "name": f"第{number}轮",
                    "unit": Unit.SPAN,
                    "policy": CodebookPolicy.FROZEN,
                    "live_figures": True,
                    "state": RoundState.OPEN,
                    "version_id": study.version,
                    "created_at": stamp,
                    "opened_at": stamp,
                }
            ],
        )
        _insert(
            connection,
            Assignment,
            (
                {
                    "id": i,
                    "project_id": study.project,
                    "round_id": made,
                    "document_id": document,
                    "revision_id": study.documents[document][0],
                    "coder_id": coder,
                    "state": AssignmentState.SUBMITTED,
                    "position": 0,
                    "memo": "",
                    "submitted_at": stamp,
                }
                for (document, coder), i in assignments.items()
            ),
        )
        each = codings // len(assignments)
        _insert(connection, Coding, _codings(study, assignments, each, chance))
    return made


def _codings(
    study: Made, assignments: dict[tuple[UUID, UUID], UUID], each: int, chance: random.Random
) -> Iterator[dict[str, object]]:
    stamp = now()
    for document, (_, length) in study.documents.items():
        step = max(length // each, 2)
        meant = [
            (n * step, min(n * step + chance.randint(8, 40), length), chance.choice(study.codes)) for n in range(each)
        ]
        for coder in study.coders:
            for first, last, code in meant:
                luck = chance.random()
                start, end = (max(first - 2, 0), max(last - 3, first + 1)) if luck > 0.95 else (first, last)
                yield {
                    "coder_id": coder,
                    "key": uuid4(),
                    "assignment_id": assignments[document, coder],
                    "code_id": chance.choice(study.codes) if luck < 0.12 else code,
                    "start": start,
                    "end": end,
                    "memo": "",
                    "doubt": int(luck > 0.9),
                    "typical": False,
                    "version": 1,
                    "body_hash": "",
                    "created_at": stamp,
                    "changed_at": stamp,
                }


def _text(chance: random.Random, letters: int) -> str:
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) + len(paragraphs) < letters:
        paragraphs.append("".join(chance.choice(SENTENCES) for _ in range(chance.randint(2, 6))).strip())
    return "\n".join([f"第{chance.getrandbits(64)}份。", *paragraphs])


def _person(identifier: UUID, email: str, name: str, stamp: object) -> dict[str, object]:
    return {
        "id": identifier,
        "email": email,
        "email_key": email,
        "name": name,
        "password_hash": "!",
        "is_admin": False,
        "is_active": True,
        "created_at": stamp,
    }


def _insert(
    connection: sa.Connection, model: type[object], rows: Iterator[dict[str, object]] | list[dict[str, object]]
) -> None:
    chunk: list[dict[str, object]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            connection.execute(sa.insert(model), chunk)
            chunk = []
    if chunk:
        connection.execute(sa.insert(model), chunk)
