"""A study of any size in seconds: its rows by Core, one real comparison, and copies of what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa

from grown_ground import SENTENCE, Ground, Size, Values
from intercoder.models import (
    AgreementReport,
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    Disagreement,
    DisagreementState,
    Event,
    Incidence,
    Level,
    ReportContent,
    ReportSection,
    Round,
    RoundState,
    Unit,
)
from intercoder.models.base import uuid7
from intercoder.services.incidence import packed
from web.world import Ids, own_ids

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


class Growing(Ground):
    """Fills a cast's project."""

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
                    "doubt": 0,
                }
                acts.append(self._event(layer, "coding.created", "coding", values["key"], detail))
            if layer.state is AssignmentState.SUBMITTED:
                document = str(self._documents[layer.document][0])
                detail = {"document": document, "codings": layer.codings, "head": acts[-1]["hash"] if codes else ""}
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
        beginning = self._chance.getrandbits(96) << 32  # as the coding page makes keys
        for n in range(layer.codings):
            start = n * len(SENTENCE) % (length - len(SENTENCE)) + n * len(SENTENCE) // length
            usual = self._labels[(layer.document * 31 + n * 7) % len(self._labels)]
            stamp = self._now()
            yield {
                "coder_id": layer.coder,
                "key": UUID(int=beginning + n + 1, version=4),
                "assignment_id": layer.id,
                "code_id": usual if self._chance.random() < 0.67 else self._chance.choice(self._labels),
                "start": start,
                "end": start + len(SENTENCE) - 2,
                "memo": "",
                "doubt": 0,
                "typical": False,
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
            "hash": f"{self._position:064}",
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
            kept = sa.select(ReportContent.section, ReportContent.content).where(
                ReportContent.report_id == report["id"],
                ReportContent.section.in_([ReportSection.SUMMARY, ReportSection.BRIEF]),
            )
            sections = session.execute(kept).all()
            places = [
                dict(row)
                for row in session.execute(
                    sa.select(Disagreement.__table__)
                    .where(Disagreement.round_id == compared, Disagreement.state == DisagreementState.OPEN)
                    .limit(self._size.others)
                ).mappings()
            ]
        others = [rounds[n % len(rounds)] for n in range(self._size.reports - 1)] if rounds else []
        made = [{**report, "id": uuid7(), "round_id": r, "created_at": self._now()} for r in others]
        self._add(AgreementReport, made)
        # What a later report stands beside.
        self._add(
            ReportContent,
            [{"report_id": r["id"], "section": name, "content": text} for r in made for name, text in sections],
        )
        self._add(Disagreement, [{**row, "id": uuid7(), "round_id": r} for r in rounds for row in places])
