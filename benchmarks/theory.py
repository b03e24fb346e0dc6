"""What the pages of a theory cost, and the manuscript pack: 20,000 codings that stand, 400 labels, 100 documents of 9 cases.

    python benchmarks/theory.py [--codings 20000] [--documents 100] [--codes 400] [--figures FILE]

Makes that study from a seed: labels under concepts, themes and constructs, a path model with evidence, typical quotations. Prints the CPU of
each page when nothing has changed and right after a change: of a name (what stands in the texts is as it was), of a coding in a later
round, by a ruling, and by a label that is moved on the board (what stands is read anew where it changed); and of the pack in this
process and in Typst's, beside their budgets. Nothing is left behind.
"""

import argparse
import io
import logging
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr
from itertools import count, cycle
from pathlib import Path
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import sqlalchemy as sa
import structlog
from exports import Studied, studied
from figures import Figure

from intercoder.clock import now
from intercoder.db import Database, within
from intercoder.language import speaking
from intercoder.models import Case, Code, CodeState, Coding, Document, ElementKind, Level, RelationSort
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Choices, Form
from intercoder.reports.exports.registry import export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import coding, elements, moving, projects, quotations, relating
from intercoder.services.adjudication import Span
from intercoder.services.coding import CodingWrite
from intercoder.services.elements import NewElement
from intercoder.services.moving import MoveIn
from intercoder.services.projects import ProjectChange
from intercoder.services.quotations import Star
from intercoder.services.relating import End, EvidenceIn, NewRelation
from services.comparing import disagreements_of, rule

CASES, THEMES, CONSTRUCTS, STARS, TIMES = 9, 8, 4, 5, 5
PAGE_MS, PACK_SECONDS = 100.0, 20.0
PAGES = (
    "model",
    "theory/tables?table=open_coding",
    "theory/tables?table=axial_coding",
    "theory/tables?table=evidence",
    "theory/structure",
    "theory/matrices",
    "theory/passages",
    "theory/compare",
    "theory/pack",
)


def above(database: Database, made: Studied) -> list[UUID]:
    """Put themes and constructs above the concepts, and cases above the documents; return the constructs."""
    project, chance = made.cast.project, random.Random(3)
    common = {
        "include": "",
        "exclude": "",
        "example": "",
        "near_miss": "",
        "definition": "内涵。",
        "state": CodeState.ACTIVE,
        "created_at": now(),
    }
    levels = ((Level.CONSTRUCT, CONSTRUCTS, "构念"), (Level.THEME, THEMES, "主题"))
    made_codes: dict[Level, list[UUID]] = {level: [uuid4() for _ in range(many)] for level, many, _ in levels}
    constructs, themes = made_codes[Level.CONSTRUCT], made_codes[Level.THEME]
    with database.transaction() as session:
        for level, _, name in levels:
            for n, code in enumerate(made_codes[level]):
                parent = constructs[n % CONSTRUCTS] if level is Level.THEME else None
                named = {"name": f"{name}{n}", "name_key": f"{name}{n}", "level": level, "position": 5000 + n}
                session.execute(
                    sa.insert(Code).values(
                        **common, **named, id=code, project_id=project, parent_id=parent, colour=n % 8
                    )
                )
        concepts = session.scalars(sa.select(Code.id).where(Code.project_id == project, Code.level == Level.CONCEPT))
        for n, concept in enumerate(concepts.all()):
            session.execute(sa.update(Code).where(Code.id == concept).values(parent_id=themes[n % THEMES]))
        cases = [
            Case(project_id=project, name=f"案例{n}", name_key=f"案例{n}", attributes={}, position=n)
            for n in range(CASES)
        ]
        session.add_all(cases)
        session.flush()
        for document in session.scalars(sa.select(Document).where(Document.project_id == project)):
            document.case_id, document.is_primary = chance.choice(cases).id, chance.random() < 0.6
    return constructs


def modelled(made: Studied, constructs: list[UUID]) -> None:
    """Draw a path model with evidence, and star passages of each concept."""
    with made.cast.acting("lena", Permission.THEORY_EDIT) as (session, access):
        forces = [
            elements.add_element(session, access, NewElement(kind=ElementKind.FORCE, name=f"驱动力{n}")).id
            for n in range(3)
        ]
        modes = [
            elements.add_element(session, access, NewElement(kind=ElementKind.MODE, code=c)).id for c in constructs
        ]
        found = session.execute(
            sa.select(Coding.coder_id, Coding.key, Code.parent_id)
            .join(Code)
            .order_by(Coding.assignment_id, Coding.start)
        ).all()
        random.Random(5).shuffle(found)
        for n, (first, second) in enumerate((first, second) for first in forces for second in modes):
            given = NewRelation(first=End(element=first), second=End(element=second), sort=RelationSort.CAUSES)
            one = relating.relate(session, access, given).id
            for coder, key, _ in found[10 * n : 10 * n + 10]:
                relating.add_evidence(session, access, one, EvidenceIn(coder=coder, key=key))
        stars: Counter[UUID] = Counter()
        for coder, key, concept in found:
            if stars[concept] < STARS:
                stars[concept] += 1
                quotations.star(session, access, concept, Star(coder=coder, key=key))


def changed(made: Studied) -> None:
    """Change something in the project, so that what is remembered of it is out of date."""
    with made.cast.acting("lena", Permission.PROJECT_EDIT) as (session, access):
        projects.change_project(session, access, ProjectChange(name=f"研究 {time.monotonic_ns()}"))


class Changes:
    """What a team does while somebody looks at the theory: each act is another one than the one before."""

    def __init__(self, made: Studied) -> None:
        self.made, cast = made, made.cast
        self.place = disagreements_of(cast, cast.compared_round())[0]
        self.later = cast.round(documents=("年报节选",))
        self.versions, self.starts = count(self.place.version), count()
        with cast.database.reading() as session:
            at = (Code.project_id == cast.project, Code.level == Level.LABEL, Code.state == CodeState.ACTIVE)
            self.label, own = session.execute(
                sa.select(Code.id, Code.parent_id).where(*at, Code.position > 50)
            ).first() or (None, None)
            concepts = sa.select(Code.id).where(
                Code.project_id == cast.project, Code.level == Level.CONCEPT, Code.id != own
            )
            self.concepts = cycle([session.scalars(concepts.order_by(Code.position.desc())).first(), own])

    def name(self) -> None:
        """Let the lead call the project otherwise."""
        changed(self.made)

    def coding(self) -> None:
        """Let a coder code in a round that is open."""
        n = next(self.starts)
        write = CodingWrite(code=self.made.cast.codes["l1"], start=n % 20, end=n % 20 + 1 + n // 20)
        with self.made.cast.database.transaction() as session:
            access = self.made.cast.access(session, "ai", Permission.CODE, "round", self.later)
            document = self.made.cast.documents["年报节选"]
            coding.put_coding(within(session), access.asking(Permission.CODE), document, uuid4(), write)

    def ruling(self) -> None:
        """Let the adjudicator rule on a place, or otherwise than before."""
        version = next(self.versions)
        code = self.made.cast.codes["l1" if version % 2 else "l2"]
        span = Span(code=code, start=self.place.start, end=self.place.end)
        rule(self.made.cast, self.place, version, [span], f"裁决 {version}", beyond=True)

    def move(self) -> None:
        """Let the lead move a label below another concept, or back."""
        with self.made.cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
            moving.move(session, access, MoveIn(codes=(self.label,), parent=next(self.concepts)))


def page(made: Studied, address: str) -> float:
    """Return the CPU of a page in milliseconds."""
    begun = time.process_time()
    answer = made.client.call("GET", address, Accept_Encoding="gzip")
    assert answer.status_code == 200, (address, answer.status_code)
    return 1000 * (time.process_time() - begun)


def packed(made: Studied) -> tuple[float, int]:
    """Return the CPU of the pack in seconds, that of Typst's processes included, and its bytes."""
    changed(made)
    lead = made.cast.people["lena"]
    begun, children = time.process_time(), resource.getrusage(resource.RUSAGE_CHILDREN)
    export, choices = export_called("pack"), Choices(Form.ZIP)
    with speaking("zh"), taking(made.cast.database, lead, export, made.cast.project, choices) as (file, _):
        length = sum(len(part) for part in file.parts)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    child = after.ru_utime + after.ru_stime - children.ru_utime - children.ru_stime
    return time.process_time() - begun + child, length


def measure(folder: Path, said: argparse.Namespace) -> list[Figure]:
    database = Database(f"sqlite:///{folder / 'study.sqlite3'}")
    made = studied(database, folder, said, (said.codings,))
    modelled(made, above(database, made))
    base = f"/projects/{made.cast.project}"
    changes = Changes(made)
    acts = {"a name": changes.name, "a coding": changes.coding, "a ruling": changes.ruling, "a move": changes.move}
    told = []
    for name in PAGES:
        page(made, f"{base}/{name}")  # what is imported at the first use is no cost of the page
        for after, act in acts.items():
            taken = []
            for _ in range(TIMES):
                act()
                taken.append(page(made, f"{base}/{name}"))
            told.append(Figure(f"{name}, after {after}", statistics.median(taken), "ms", PAGE_MS))
        warm = [page(made, f"{base}/{name}") for _ in range(TIMES)]
        told.append(Figure(name, statistics.median(warm), "ms", PAGE_MS))
    seconds, length = packed(made)
    told.append(Figure("manuscript pack", seconds, "s", PACK_SECONDS))
    told.append(Figure("manuscript pack, size", length / 2**20, "MiB"))
    database.dispose()
    return told


def main() -> None:
    """Make the study, and print what it costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("codings", 20_000), ("documents", 100), ("coders", 1), ("codes", 400)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    figures.option(parser)
    said = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):
        told = measure(Path(folder), said)
    figures.report(told, said.figures)


if __name__ == "__main__":
    main()
