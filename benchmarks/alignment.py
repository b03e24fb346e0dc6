"""What the alignment of a large round costs: the job that proposes, the desk's page and API, many at once, the figures.

    python benchmarks/alignment.py [--coders 3] [--labels 2000] [--uses 3] [--documents 40] [--figures FILE]

Makes a round of open coding in which every label is used a few times, three fifths of them at places and under names that
another coder has nearly the same, and prints the CPU of each step in this process beside its budget.
Nothing is left behind.
"""

import argparse
import io
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import figures
import sqlalchemy as sa
import structlog
from figures import Figure

from cast import Cast, Client, make_cast, store
from intercoder import schema
from intercoder.clock import now
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.models import (
    Assignment,
    AssignmentState,
    Code,
    CodebookPolicy,
    CodeState,
    Coding,
    Level,
    Revision,
    Role,
    Round,
    RoundState,
    Unit,
)
from intercoder.policy import Permission
from intercoder.services import accounts, aligned_figures, aligning, incidence, members, rounds
from intercoder.text.canonical import name_key
from intercoder.web.app import create_app

PROPOSALS, AGREEMENT = "alignment: proposals of 3 × 2,000 labels", "alignment: agreement before and after"
PAGE, LATER = "alignment: the page", "alignment: the page after placing many"
#: seconds or milliseconds of CPU
BUDGETS = {PROPOSALS: 5, PAGE: 100, LATER: 100}
SIGNS = "信任建立资源行动机器老旧数据师傅徒弟关系市场规则平台政策设备网络学习转型组织能力成本质量客户"
LENGTH = 20_000


def words(random: Random, least: int, most: int) -> str:
    return "".join(random.choices(SIGNS, k=random.randint(least, most)))


def fill(cast: Cast, coders: int, labels: int, uses: int, documents: int) -> tuple[UUID, UUID]:
    """Make the round, closed; return it and one of its coders."""
    random = Random(3)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.MATERIALS_MANAGE)
        texts = [
            store(session, access, f"document {n}", "。".join(words(random, 20, 30) for _ in range(LENGTH // 25))).id
            for n in range(documents)
        ]
        people = []
        for n in range(coders):
            user = accounts.create_user(session, f"coder{n}@study.example", f"Coder {n}", "x")
            members.add_member(session, cast.project, user.id, [Role.CODER])
            people.append(user.id)
    with cast.database.transaction() as session:
        access = cast.access(session, "lena", Permission.ROUND_MANAGE)
        design = rounds.NewRound(
            name="open",
            version_id=None,
            unit=Unit.SPAN,
            policy=CodebookPolicy.OPEN,
            documents=tuple(texts),
            coders=tuple(people),
        )
        round_id = rounds.create_round(session, access, design).id
        at = now()
        session.execute(
            sa.update(Assignment)
            .where(Assignment.round_id == round_id)
            .values(state=AssignmentState.SUBMITTED, submitted_at=at)
        )
        closed = {"state": RoundState.CLOSED, "opened_at": at, "closed_at": at, "compared_at": at}
        session.execute(sa.update(Round).where(Round.id == round_id).values(**closed, compared_mapping=0))
        given = {(a.coder_id, a.document_id): a.id for a in session.scalars(sa.select(Assignment))}
        lengths = dict(session.execute(sa.select(Revision.document_id, Revision.length)).all())
        meant = [
            (words(random, 4, 9), [(random.choice(texts), random.randrange(LENGTH - 200)) for _ in range(uses)])
            for _ in range(labels)
        ]
        codes, codings = [], []
        for coder in people:
            for name, places in meant:
                own = name if random.random() < 0.4 else name[:3] + words(random, 2, 4)
                code = uuid4()
                codes.append(
                    {
                        "id": code,
                        "project_id": cast.project,
                        "author_id": coder,
                        "round_id": round_id,
                        "created_at": at,
                        "name": own,
                        "name_key": name_key(own),
                        "level": Level.LABEL,
                        "state": CodeState.PRIVATE,
                    }
                )
                for document, start in places:
                    moved = random.random() < 0.4
                    where = random.choice(texts) if moved else document
                    begin = max(0, min(start + random.randint(-8, 8), lengths[where] - 80))
                    codings.append(
                        {
                            "coder_id": coder,
                            "key": uuid4(),
                            "assignment_id": given[coder, where],
                            "code_id": code,
                            "start": begin,
                            "end": begin + random.randint(15, 60),
                            "body_hash": "",
                            "created_at": at,
                            "changed_at": at,
                        }
                    )
        session.execute(sa.insert(Code), codes)
        session.execute(sa.insert(Coding), codings)
        for assignment in session.scalars(sa.select(Assignment).where(Assignment.round_id == round_id)):
            incidence.enter(session, assignment)
    return round_id, people[0]


class Measured:
    """Figures in the order in which they were measured."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    @contextmanager
    def once(self, *what: str) -> Iterator[None]:
        """Keep what is done within as a figure, once per name, so that a name can stand for a sum."""
        began = time.process_time()
        yield
        taken = time.process_time() - began
        for name in what:
            before = next((f.value for f in self.figures if f.what == name), 0.0)
            self.figures = [f for f in self.figures if f.what != name]
            self.figures.append(Figure(name, before + taken, "s", BUDGETS.get(name)))

    def median(self, what: str, ask: Callable[[], object]) -> None:
        """Keep the median of several runs."""
        taken = []
        for _ in range(9):
            began = time.process_time()
            ask()
            taken.append(time.process_time() - began)
        self.figures.append(Figure(what, sorted(taken)[4] * 1000, "ms", BUDGETS.get(what)))


def main() -> None:
    """Print what it costs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, usual in (("coders", 3), ("labels", 2000), ("uses", 3), ("documents", 40)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    figures.option(parser)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    measured = Measured()
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(io.StringIO()):
        database = Database(f"sqlite:///{folder}/study.sqlite")
        schema.upgrade(database)
        cast = make_cast(database)
        round_id, coder = fill(cast, asked.coders, asked.labels, asked.uses, asked.documents)
        job(cast, round_id, measured)
        settings = load_settings({"INTERCODER_DATA": folder, "INTERCODER_DATABASE": f"sqlite:///{folder}/study.sqlite"})
        app = create_app(settings, database)
        pages(Client(app, database, cast.people["lena"]), round_id, coder, measured)
        database.dispose()
    figures.report(measured.figures, asked.figures)


def job(cast: Cast, round_id: UUID, measured: Measured) -> None:
    """Measure what the job does."""
    with cast.database.reading() as session, measured.once(PROPOSALS):
        coded = aligning.gather(session, session.get_one(Round, round_id))
    with measured.once("alignment: of these, comparing", PROPOSALS):
        made = aligning.propose(coded)
    with cast.database.transaction() as session, measured.once(PROPOSALS):
        told = aligning.keep(session, round_id, made)
    print(f"{told.labels} labels, {told.proposals} proposals, {told.single} alone")
    with cast.database.reading() as session, measured.once(AGREEMENT):
        gathered = aligned_figures.gather(session, session.get_one(Round, round_id), coded)
    with measured.once(AGREEMENT):
        aligned_figures.compute(gathered)


def pages(lena: Client, round_id: UUID, coder: UUID, measured: Measured) -> None:
    """Measure what the desk's requests cost."""
    api = f"/api/v1/rounds/{round_id}"
    first = lena.get(f"{api}/alignment/proposals")[0]["id"]
    page = f"/rounds/{round_id}/alignment?proposal={first}"
    for what, address in (
        (PAGE, page),
        ("alignment: the page, by name", f"{page}&find=机器"),
        ("alignment: the page, by pinyin", f"{page}&find=jiqi"),
        ("alignment: the page, names alike of one coder", f"{page}&only=alike&coder={coder}"),
    ):
        measured.median(what, lambda address=address: lena.call("GET", address))
    measured.median("alignment: how far it is", lambda: lena.get(f"{api}/alignment"))
    measured.median("alignment: codes to join", lambda: lena.get(f"{api}/alignment/choices"))
    with measured.once("alignment: a look at many at once"):
        seen = lena.post(f"{api}/labels/bulk/preview", {"identical": True, "certain": 0.5}, 200)
    with measured.once(f"alignment: placing {seen['labels']} labels at {seen['codes']} codes"):
        lena.post(f"{api}/labels/bulk", {"identical": True, "certain": 0.5})
    measured.median(LATER, lambda: lena.call("GET", page))
    measured.median("alignment: codes to join afterwards", lambda: lena.get(f"{api}/alignment/choices"))


if __name__ == "__main__":
    main()
