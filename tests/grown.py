"""A study of any size in seconds: its rows by Core, one real comparison, and copies of what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import sqlalchemy as sa

from cast import Cast
from intercoder.db import Database
from intercoder.models import (
    AccessToken,
    AgreementReport,
    AnchorKind,
    Assignment,
    AssignmentState,
    Base,
    Code,
    CodebookPolicy,
    CodebookVersion,
    CodeState,
    Coding,
    Disagreement,
    DisagreementState,
    Event,
    Incidence,
    Invitation,
    Level,
    Member,
    Project,
    Revision,
    Role,
    Round,
    RoundState,
    SourceFile,
    Unit,
    User,
    VersionCode,
)
from intercoder.models.base import uuid7
from intercoder.models.materials import Anchor, Case, Document
from intercoder.services.incidence import packed
from intercoder.text.canonical import name_key
from web.world import Ids, own_ids

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


LARGEST = Size(200_000, 400, 200, 20, 31, 30, 60_000, 5000, 40)


@dataclass(frozen=True)
class Layer:
    """An assignment and how many codings it gets."""

    id: UUID
    round: UUID
    document: int
    coder: UUID
    codings: int
    state: AssignmentState
    submitted_at: datetime | None


class Growing:
    """Fills a cast's project."""

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

    def grow(self) -> dict[str, Ids]:
        """Make everything; return the things that requests are about, with the open and with the compared round."""
        self._people()
        self._materials()
        self._codebook()
        closed, opened = self._rounds()
        self._cast.close(closed)
        values = own_ids(self._cast, closed, opened).values
        values["document"], values["revision"], _ = self._documents[0]
        self._results(closed)
        with self._database.transaction() as session:
            session.execute(sa.text("ANALYZE"))
        return {"open": Ids(values), "compared": Ids({**values, "round": closed})}

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

    def _rounds(self) -> tuple[UUID, UUID]:
        """Make the rounds with their codings; return the one that is to be compared, and the open one."""
        size = self._size
        ids = [uuid7() for _ in range(size.rounds)]
        # The last stays a draft; before it the open one, and the one that is really compared.
        compared, opened, draft = ids[-3:]
        states = {opened: RoundState.OPEN, compared: RoundState.OPEN, draft: RoundState.DRAFT}
        self._add(
            Round,
            [
                {"id": r, "project_id": self._cast.project, "number": n + 1, "name": f"第{n + 1}轮", "unit": Unit.SPAN}
                | {"policy": CodebookPolicy.PROPOSALS, "live_figures": True, "version_id": self._version}
                | {"state": states.get(r, RoundState.CLOSED), "created_at": self._now(), "opened_at": self._now()}
                | {"closed_at": None if r in states else self._now()}
                for n, r in enumerate(ids)
            ],
        )
        earlier = ids[:-3]
        in_compared = int(size.codings * size.compared)
        in_open = size.codings // 20
        each = (size.codings - in_compared - in_open - size.layer) // max(len(earlier), 1)
        everybody = len(self._documents)
        for n, earlier_round in enumerate(earlier):
            documents = [(n * 7 + d) % everybody for d in range(max(everybody // 4, 1))]
            coders = [self._coders[(n * 5 + c) % len(self._coders)] for c in range(min(6, len(self._coders)))]
            self._code(self._assign(earlier_round, documents, coders, each, AssignmentState.SUBMITTED))
        half = range(max(everybody // 2, 1))
        self._code(self._assign(compared, half, self._coders[:5], in_compared, AssignmentState.SUBMITTED))
        layers = self._assign(opened, range(everybody), self._coders, in_open, AssignmentState.IN_PROGRESS, size.layer)
        self._code(layers)
        self._proposals(opened)
        return compared, opened

    def _assign(
        self,
        round_id: UUID,
        documents: Sequence[int],
        coders: Sequence[UUID],
        codings: int,
        state: AssignmentState,
        layer: int = 0,
    ) -> list[Layer]:
        """Give documents to coders; with ``layer`` the first coder has so many codings in the first document."""
        each, more = divmod(codings, len(documents) * len(coders))
        pairs = [(document, coder) for document in documents for coder in coders]
        submitted = state is AssignmentState.SUBMITTED
        layers = [
            Layer(
                uuid7(),
                round_id,
                document,
                coder,
                layer if layer and not n else each + (n < more),
                state,
                self._now() if submitted else None,
            )
            for n, (document, coder) in enumerate(pairs)
        ]
        self._add(
            Assignment,
            [
                {"id": a.id, "project_id": self._cast.project, "round_id": round_id, "coder_id": a.coder}
                | {"document_id": self._documents[a.document][0], "revision_id": self._documents[a.document][1]}
                | {"state": state, "position": a.document, "memo": ""}
                | {"submitted_at": a.submitted_at}
                for a in layers
            ],
        )
        return layers

    def _code(self, layers: Sequence[Layer]) -> None:
        rows, acts, held = [], [], []
        for layer in layers:
            codes = set()
            for values in self._spans(layer):
                rows.append(values)
                codes.add(values["code_id"])
                detail = {
                    "code": str(values["code_id"]),
                    "start": values["start"],
                    "end": values["end"],
                    "doubt": False,
                }
                acts.append(self._event(layer, "coding.created", "coding", values["key"], detail))
            if layer.state is AssignmentState.SUBMITTED:
                document = str(self._documents[layer.document][0])
                detail = {"document": document, "codings": layer.codings, "head": ""}
                acts.append(self._event(layer, "assignment.submitted", "assignment", layer.id, detail))
                held.append(self._held(layer, {c for c in codes if isinstance(c, UUID)}))
            if len(rows) > 20_000:
                self._add(Coding, rows)
                self._add(Event, acts)
                rows, acts = [], []
        self._add(Coding, rows)
        self._add(Event, acts)
        self._add(Incidence, held)

    def _held(self, layer: Layer, codes: set[UUID]) -> Values:
        return {
            "assignment_id": layer.id,
            "round_id": layer.round,
            "document_id": self._documents[layer.document][0],
            "coder_id": layer.coder,
            "submitted_at": layer.submitted_at,
            "codings": layer.codings,
            "codes": packed(codes),
        }

    def _spans(self, layer: Layer) -> Iterator[Values]:
        """Yield the codings of a layer: sentences of the text, two of three with the code that others give it."""
        length = self._documents[layer.document][2]
        for n in range(layer.codings):
            start = n * len(SENTENCE) % (length - len(SENTENCE)) + n * len(SENTENCE) // length
            usual = self._labels[(layer.document * 31 + n * 7) % len(self._labels)]
            stamp = self._now()
            yield {
                "coder_id": layer.coder,
                "key": UUID(int=self._chance.getrandbits(128), version=4),
                "assignment_id": layer.id,
                "code_id": usual if self._chance.random() < 0.67 else self._chance.choice(self._labels),
                "start": start,
                "end": start + len(SENTENCE) - 2,
                "memo": "",
                "doubt": False,
                "version": 1,
                "body_hash": "",
                "created_at": stamp,
                "changed_at": stamp,
                "deleted_at": None,
            }

    def _event(self, layer: Layer, action: str, kind: str, subject: object, detail: Values) -> Values:
        """Return a row of the log; it has its place, but is not chained."""
        self._position += 1
        stream = layer.id if kind == "coding" else self._cast.project
        self._seqs[stream] = self._seqs.get(stream, 100_000) + 1
        return {
            "id": uuid4(),
            "project_id": self._cast.project,
            "stream": stream,
            "seq": self._seqs[stream],
            "position": self._position,
            "at": self._now(),
            "actor_id": layer.coder,
            "action": action,
            "subject_kind": kind,
            "subject_id": subject,
            "round_id": layer.round,
            "public": False,
            "detail": detail,
            "previous": "",
            "hash": "",
        }

    def _proposals(self, opened: UUID) -> None:
        own = {"project_id": self._cast.project, "round_id": opened, "state": CodeState.PROPOSED}
        texts = dict.fromkeys(("definition", "include", "exclude", "example", "near_miss"), "")
        self._add(
            Code,
            [
                {"id": uuid4(), **own, **texts, "name": f"提议{n}", "name_key": f"提议{n}", "level": Level.LABEL}
                | {"colour": 0, "position": 0, "created_at": self._now(), "revision": 1}
                | {"author_id": self._coders[n % len(self._coders)]}
                for n in range(self._size.others)
            ],
        )

    def _results(self, compared: UUID) -> None:
        """Give the other compared rounds reports and disagreements like those of the one that was compared."""
        with self._database.reading() as session:
            rounds = session.scalars(
                sa.select(Round.id).where(
                    Round.project_id == self._cast.project, Round.state == RoundState.CLOSED, Round.id != compared
                )
            ).all()
            report = dict(session.execute(sa.select(AgreementReport.__table__)).mappings().one())
            places = [
                dict(row)
                for row in session.execute(
                    sa.select(Disagreement.__table__)
                    .where(Disagreement.round_id == compared, Disagreement.state == DisagreementState.OPEN)
                    .limit(self._size.others)
                ).mappings()
            ]
        others = [rounds[n % len(rounds)] for n in range(self._size.reports - 1)] if rounds else []
        self._add(
            AgreementReport,
            [{**report, "id": uuid7(), "round_id": r, "created_at": self._now()} for r in others],
        )
        self._add(Disagreement, [{**row, "id": uuid7(), "round_id": r} for r in rounds for row in places])
