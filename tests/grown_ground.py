"""The ground of a study of any size, by Core: people, materials, a codebook."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Cast
from intercoder.db import Database
from intercoder.models import (
    AccessToken,
    AnchorKind,
    Base,
    Code,
    CodebookVersion,
    CodeState,
    Invitation,
    Level,
    Member,
    Project,
    Revision,
    Role,
    SourceFile,
    User,
    VersionCode,
)
from intercoder.models.base import uuid7
from intercoder.models.materials import Anchor, Case, Document
from intercoder.text.canonical import name_key

SENTENCE = "企业在资源约束下把旧设备接上了网，先有信任再有合同。"
TURN = f"陈总：{SENTENCE * 5}\n"
BEGAN = datetime(2026, 3, 2, 8, tzinfo=UTC)
Values = dict[str, object]
Rows = list[Values]


@dataclass(frozen=True)
class Size:
    """How many there are of each thing."""

    codings: int
    codes: int
    documents: int
    rounds: int
    reports: int
    coders: int
    #: of the one long document: its characters, and how many codings one coder has in it
    length: int
    layer: int
    #: of everything else that is listed: files that wait, invitations, tokens, versions, cases
    others: int
    #: the share of the codings that lie in the round that is really compared, whose comparison costs most of the time
    compared: float = 0.1


class Ground:
    """Gives a cast's project what coding begins with."""

    def __init__(self, database: Database, cast: Cast, size: Size) -> None:
        self._database, self._cast, self._size = database, cast, size
        self._chance = Random(size.codings)
        self._clock = BEGAN
        self._position = 100_000  # behind the rows that the cast's own acts left
        self._coders = [cast.people["ai"].id, cast.people["bo"].id]
        self._documents: list[tuple[UUID, UUID, int]] = []  # document, revision, length
        self._labels: list[UUID] = []
        self._version = cast.version
        self._seqs: dict[UUID, int] = {}

    def _now(self) -> datetime:
        self._clock += timedelta(seconds=1)
        return self._clock

    def _add(self, model: type[Base], rows: Rows) -> None:
        if rows:
            with self._database.transaction() as session:
                session.connection().execute(sa.insert(model), rows)

    def _people(self) -> None:
        names = [f"coder{n:03}" for n in range(self._size.coders - 2)]
        users: Rows = [
            {"id": uuid4(), "email": f"{n}@study.example", "email_key": f"{n}@study.example", "name": n}
            | {"password_hash": "-", "is_admin": False, "is_active": True, "created_at": self._now(), "language": None}
            for n in names
        ]
        self._add(User, users)
        project = self._cast.project
        self._add(Member, [self._member(project, u["id"], Role.CODER) for u in users])
        self._coders += [u["id"] for u in users if isinstance(u["id"], UUID)]
        others = range(self._size.others)
        self._add(
            Invitation,
            [
                {"id": uuid7(), "project_id": project, "email": f"guest{n}@study.example", "roles": (Role.OBSERVER,)}
                | {"token_hash": f"invitation{n}", "invited_by": self._cast.people["lena"].id}
                | {"created_at": self._now(), "expires_at": datetime(2036, 1, 1, tzinfo=UTC)}
                for n in others
            ],
        )
        for name in ("lena", "ai", "ada", "olga"):
            person = self._cast.people[name].id
            projects: Rows = [
                {"id": uuid7(), "name": f"Project {n} of {name}", "description": "", "language": "zh"}
                | {"coders_may_rule": False, "created_at": self._now()}
                for n in range(max(self._size.others // 4, 1))
            ]
            self._add(Project, projects)
            self._add(Member, [self._member(p["id"], person, Role.LEAD) for p in projects])
            self._add(
                AccessToken,
                [
                    {"id": uuid7(), "user_id": person, "name": f"token {n}", "token_hash": f"{name}{n}"}
                    | {"created_at": self._now(), "expires_at": datetime(2036, 1, 1, tzinfo=UTC)}
                    for n in others
                ],
            )

    def _member(self, project: object, person: object, role: Role) -> Values:
        return {"id": uuid7(), "project_id": project, "user_id": person, "roles": (role,), "joined_at": self._now()}

    def _materials(self) -> None:
        size, project = self._size, self._cast.project
        cases: Rows = [
            {"id": uuid7(), "project_id": project, "name": f"企业{n}", "name_key": f"企业{n}", "search": f"企业{n}"}
            | {"attributes": {}, "position": n + 1}
            for n in range(size.others)
        ]
        self._add(Case, cases)
        documents: Rows = []
        revisions: Rows = []
        anchors: Rows = []
        for n in range(size.documents):
            document, revision, title = uuid7(), uuid7(), f"访谈记录{n:04}"
            turns = max((size.length if n == 0 else 2000) // len(TURN), 1)
            text = TURN * turns
            documents.append(
                {"id": document, "project_id": project, "title": title, "title_key": title, "spelling": title}
                | {"search": title, "source_type": "interview", "is_primary": True, "attributes": {}}
                | {"position": n + 10, "created_at": self._now(), "case_id": cases[n % len(cases)]["id"]}
            )
            revisions.append(
                {"id": revision, "document_id": document, "number": 1, "text": text, "length": len(text)}
                | {"sha256": f"{n:064}", "created_at": self._now()}
            )
            anchors += [
                {"revision_id": revision, "kind": AnchorKind.TURN, "start": t * len(TURN)}
                | {"end": (t + 1) * len(TURN) - 1, "label": "陈总", "data": {}}
                for t in range(turns)
            ]
            self._documents.append((document, revision, len(text)))
        self._add(Document, documents)
        self._add(Revision, revisions)
        self._add(Anchor, anchors)
        self._add(
            SourceFile,
            [
                {"id": uuid7(), "project_id": project, "name": f"等待{n}.txt", "size": 9, "sha256": f"{n:064}"}
                | {"data": b"...", "title": f"等待{n}", "source_type": "interview", "attributes": {}, "state": "staged"}
                | {"encoding_sure": True, "is_primary": True}
                | {"uploaded_by": self._cast.people["lena"].id, "uploaded_at": self._now()}
                for n in range(size.others)
            ],
        )

    def _codebook(self) -> None:
        """Add codes in four levels, most of them labels, and publish them; the versions before hold nothing."""
        given: list[tuple[UUID, Level, UUID | None]] = []
        many = self._size.codes
        for level, share, above in (
            (Level.CONSTRUCT, 100, None),
            (Level.THEME, 40, Level.CONSTRUCT),
            (Level.CONCEPT, 10, Level.THEME),
            (Level.LABEL, 1, Level.CONCEPT),
        ):
            parents = [code for code, at, _ in given if at is above]
            given += [
                (uuid4(), level, parents[n % len(parents)] if parents else None) for n in range(max(many // share, 1))
            ]
        self._labels = [code for code, level, _ in given if level is Level.LABEL]
        project, made = self._cast.project, self._now()
        described: Rows = [
            {"name": f"{level.value}{n}", "name_key": name_key(f"{level.value}{n}"), "level": level, "colour": n % 8}
            | {"definition": "受访者自己的话。", "include": "", "exclude": "", "example": "", "near_miss": ""}
            | {"parent_id": parent, "position": n}
            for n, (_, level, parent) in enumerate(given)
        ]
        own = {"project_id": project, "state": CodeState.ACTIVE, "created_at": made, "revision": 1}
        self._add(Code, [{"id": code, **own, **d} for (code, _, _), d in zip(given, described, strict=True)])
        lena = self._cast.people["lena"].id
        versions: Rows = [
            {"id": uuid7(), "project_id": project, "number": n + 2, "note": "more", "published_by": lena}
            | {"published_at": self._now()}
            for n in range(max(self._size.others // 2, 1))
        ]
        self._add(CodebookVersion, versions)
        newest = versions[-1]["id"]
        assert isinstance(newest, UUID)
        self._version = newest
        with self._database.reading() as session:
            table = VersionCode.__table__
            first = [
                dict(row)
                for row in session.execute(sa.select(table).where(table.c.version_id == self._cast.version)).mappings()
            ]
        pinned = [{"code_id": code, **d} for (code, _, _), d in zip(given, described, strict=True)] + first
        self._add(VersionCode, [{**row, "version_id": newest} for row in pinned])
