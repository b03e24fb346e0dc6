"""The reference cases of saturation as a project lives them: documents are stored, coded, submitted and compared one after another."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cast import Cast
from intercoder.db import within
from intercoder.models import Coding, Level, RelationSort, SourceType
from intercoder.policy import Permission
from intercoder.services import (
    category_work,
    codebook,
    coding,
    ingest,
    relating,
    remapping,
    saturation,
    storing,
    versions,
)
from intercoder.services.adjudication import Span
from intercoder.services.arriving import Asked
from intercoder.services.category_work import NewProperty, ShownIn
from intercoder.services.relating import End, EvidenceIn, NewRelation
from intercoder.services.remapping import MergeIn
from intercoder.services.saturation import Picture
from intercoder.text.readers import read
from services.comparing import disagreements_of, hand_back, reopen, rule

FOLDER = Path(__file__).parents[1] / "stats" / "cases" / "saturation"
LEVELS = {"label": Level.LABEL, "first": Level.CONCEPT, "second": Level.THEME, "aggregate": Level.CONSTRUCT}
CODERS = {"u1": "ai", "u2": "bo"}
#: kinds of sources that the cases name and the program has under another name
SOURCES = {"news": SourceType.MEDIA}
#: places on dimensions, from 0 to 100, for the words of the cases
PLACES = {"internal": 0, "external": 100, "slow": 10, "high": 90}


def case_called(name: str) -> dict[str, Any]:
    """Return a reference case."""
    content: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return content


class Lived:
    """A study that lives the events of a case; codes and documents are known by the names that the case gives them."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.names: dict[UUID, str] = {}
        self.places: dict[str, int] = {}
        self.relations: dict[tuple[str, str, str], UUID] = {}
        self.properties: dict[tuple[str, str], UUID] = {}
        self.rounds: dict[str, UUID] = {}

    def codes(self, levels: Mapping[str, str], parents: Mapping[str, str] | None = None) -> None:
        """Create codes and publish them."""
        above = parents or {}
        with self.cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            given = [
                {"key": code, "name": f"编码 {code}", "level": LEVELS[level]}
                | ({"parent_key": above[code]} if code in above else {})
                for code, level in levels.items()
            ]
            made = codebook.create_codes(session, access, [codebook.NewCode.model_validate(one) for one in given])
            for code, row in zip(levels, made, strict=True):
                self.cast.codes[code], self.names[row.id] = row.id, code
                self.places[code] = len(self.places)
            self.cast.version = versions.publish(session, access, "labels").id

    def documents(self, described: Iterable[Mapping[str, str]]) -> None:
        """Store documents that have a place for every code."""
        with self.cast.acting("lena", Permission.MATERIALS_MANAGE) as (session, access):
            for one in described:
                title = one["doc"]
                text = f"{title}：" + "所见所闻" * (1 + len(self.places) // 2)
                source = SOURCES.get(one.get("source", "interview")) or SourceType(one.get("source", "interview"))
                details = ingest.FileDetails(case=one.get("case", "A"), source_type=source)
                file = ingest.stage_file(session, access, f"{title}.txt", text.encode(), details)
                stored = storing.store_document(session, access, file, read(file.name, text.encode()))
                self.cast.documents[title] = stored.id

    def code(self, round_id: UUID, title: str, coder: str, codes: Iterable[str]) -> None:
        """Let a coder code a document, each code at its own place, and submit it."""
        for code in codes:
            start = len(title) + 1 + self.places[code]
            write = coding.CodingWrite(code=self.cast.codes[code], start=start, end=start + 1)
            with self.cast.acting(coder, Permission.CODE, "round", round_id) as (session, access):
                place = access.asking(Permission.CODE)
                coding.put_coding(within(session), place, self.cast.documents[title], uuid4(), write)
        self.cast.submit(coder, round_id, title)

    def arrives(self, title: str, held: Mapping[str, Sequence[str]]) -> None:
        """Let coders code a document in a round of its own, which is compared."""
        made = self.rounds[title] = self.cast.round(documents=(title,), coders=tuple(held))
        for coder, codes in held.items():
            self.code(made, title, coder, codes)
        self.cast.close(made)

    def look(self, asked: Asked, person: str = "lena") -> Picture:
        """Return the figures that a person sees."""
        with self.cast.database.reading() as session:
            return saturation.picture(session, self.cast.access(session, person, Permission.SATURATION_VIEW), asked)

    # --- events ------------------------------------------------------------------------------

    def live(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Let everything happen that the events say, codes and documents with what was applied in them at once."""
        levels = {e["code"]: e["level"] for e in events if e["e"] == "code"}
        parents = {e["code"]: e["parent"] for e in events if e["e"] == "parent"}
        ordered = sorted(levels, key=lambda code: -LEVELS[levels[code]].height)
        if levels:
            self.codes({code: levels[code] for code in ordered}, parents)
        self.documents([e for e in events if e["e"] == "doc"])
        rest = [e for e in events if e["e"] not in {"code", "parent", "doc"}]
        for (kind, title), some in groupby(rest, key=lambda e: (e["e"], e.get("doc"))):
            for_them = list(some)
            if kind == "apply":
                held: dict[str, list[str]] = {}
                for event in for_them:
                    held.setdefault(CODERS[event["coder"]], []).append(event["code"])
                self.arrives(str(title), held)
            else:
                for event in for_them:
                    getattr(self, kind)(event)

    def adjudicate(self, event: Mapping[str, Any]) -> None:
        """Rule on the place of a code in a document."""
        code, round_id = event["code"], self.rounds[event["doc"]]
        start = len(event["doc"]) + 1 + self.places[code]
        (place,) = [d for d in disagreements_of(self.cast, round_id) if d.start == start]
        spans = [Span(code=self.cast.codes[code], start=place.start, end=place.end)] if event["present"] else []
        rule(self.cast, place, place.version, spans, "it says so")

    def merge(self, event: Mapping[str, Any]) -> None:
        """Merge a code into another."""
        into, gone = self.cast.codes[event["into"]], self.cast.codes[event["from"]]
        with self.cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            remapping.merge(session, access, MergeIn(codes=(gone,), into=into))

    def rename(self, event: Mapping[str, Any]) -> None:
        """Give a code another name."""
        with self.cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            change = codebook.CodeChange(name=event["label"])
            codebook.change_code(session, access, self.cast.codes[event["code"]], None, change)

    def unapply(self, event: Mapping[str, Any]) -> None:
        """Hand a document back to its coder, who takes a coding back."""
        title, coder, round_id = event["doc"], CODERS[event["coder"]], self.rounds[event["doc"]]
        reopen(self.cast, round_id)
        hand_back(self.cast, round_id, coder, title)
        with self.cast.acting(coder, Permission.CODE, "round", round_id) as (session, access):
            wanted = sa.select(Coding.key).where(
                Coding.code_id == self.cast.codes[event["code"]], Coding.coder_id == self.cast.people[coder].id
            )
            (key,) = session.scalars(wanted).all()
            place = access.asking(Permission.CODE)
            ended = coding.CodingPatch(deleted=True)
            coding.change_coding(within(session), place, self.cast.documents[title], key, 1, ended)
        self.cast.submit(coder, round_id, title)
        self.cast.close(round_id)

    def property(self, event: Mapping[str, Any]) -> None:
        """Give a code a property where it has none of that name, and put a passage of the document to it."""
        of = (event["code"], event["property"])
        with self.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
            if of not in self.properties:
                new = NewProperty(name=event["property"], low="少", high="多")
                made = category_work.add_property(session, access, self.cast.codes[event["code"]], new)
                self.properties[of] = made.id
            given = ShownIn(**self.passage(session, event["doc"]), at=PLACES.get(event["dimension"]))
            category_work.show_property(session, access, self.properties[of], given)

    def passage(self, session: Session, title: str) -> dict[str, UUID]:
        """Return the first passage of a document."""
        of = Coding.assignment.has(document_id=self.cast.documents[title])
        row = session.scalars(sa.select(Coding).where(of).order_by(Coding.start)).first()
        assert row is not None
        return {"coder": row.coder_id, "key": row.key}

    def relation(self, event: Mapping[str, Any]) -> None:
        """Relate two codes where they are not related yet, and put a passage of the document to it."""
        ends = (event["from"], event["type"], event["to"])
        with self.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
            if ends not in self.relations:
                first, second = (End(code=self.cast.codes[event[end]]) for end in ("from", "to"))
                new = NewRelation(first=first, second=second, sort=RelationSort(event["type"]))
                self.relations[ends] = relating.relate(session, access, new).id
            passage = EvidenceIn(**self.passage(session, event["doc"]))
            relating.add_evidence(session, access, self.relations[ends], passage)
