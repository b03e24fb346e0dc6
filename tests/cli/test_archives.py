"""A project leaves as an archive, is checked, and comes back into an empty instance with the same figures to the byte."""

import hashlib
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result

from cast import TEXTS, Cast
from intercoder.cli import main
from intercoder.db import Database
from intercoder.models import ElementKind, User, all_tables
from intercoder.policy import Permission
from intercoder.reports.exports.archive import KEPT
from intercoder.services import archiving, declared, relating
from intercoder.services.declared import DeclareIn, NoteIn
from intercoder.services.relating import End, RelationChange
from services import test_threads as talk
from services import theory
from services.comparing import disagreements_of, rule

#: what people quote when they give a reason
QUOTED = f"As they said: {next(iter(TEXTS.values()))[:40]}"
LEFT = {"access_token", "active_time", "file_part", "invitation", "job", "setup_link", "user_session"}


def run(database: Database | str, *arguments: str | Path) -> Result:
    url = database if isinstance(database, str) else database.url
    return CliRunner().invoke(main, [*map(str, arguments)], env={"DATABASE_URL": url, "LC_ALL": "C.UTF-8"})


@pytest.fixture
def study(cast: Cast) -> Cast:
    """Two compared rounds with a ruling, a merged code, an imported file, and words of people wherever there are any."""
    compared = cast.compared_round()
    made = cast.two_documents()
    place = disagreements_of(cast, made)[0]
    rule(cast, place, place.version, [], QUOTED)
    talk.say(cast, "ada", disagreements_of(cast, compared)[0].id, QUOTED)
    force = theory.element(cast, ElementKind.FORCE, "驱动")
    mode = theory.element(cast, ElementKind.MODE, code="c1")
    related = theory.relate(cast, End(element=force), End(element=mode))
    theory.evidence(cast, related, theory.coding(cast, "ai", "l1"), note=QUOTED)
    with cast.acting("lena", Permission.THEORY_EDIT, "relation", related) as (session, access):
        relating.change_relation(session, access, related, None, RelationChange(words=QUOTED))
    with cast.acting("lena", Permission.SATURATION_JUDGE) as (session, access):
        declared.note(session, access, NoteIn(on=date(2026, 3, 1), text=QUOTED))
        given = {"kind": "codes", "level": "concept", "reason": QUOTED, "despite": QUOTED}
        declared.declare(session, access, DeclareIn.model_validate(given))
    return cast


def archived(cast: Cast, to: Path, *more: str) -> Path:
    said = run(
        cast.database,
        "export",
        "archive",
        "--project",
        str(cast.project),
        "--as",
        "lena@study.example",
        "-o",
        to,
        *more,
    )
    assert said.exit_code == 0, said.output
    return to


def rows(cast: Cast, database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows but those of the other project, which has neither rounds nor texts."""

    def condition(table: sa.Table) -> sa.ColumnElement[bool]:
        column = table.c.id if table.name == "project" else table.c.get("project_id")
        return sa.true() if column is None else column == cast.project

    with database.reading() as session:
        return {
            t.name: [
                tuple(r) for r in session.execute(sa.select(t).where(condition(t)).order_by(*t.primary_key.columns))
            ]
            for t in all_tables().sorted_tables
            if t.name not in {*LEFT, "user_account"}
        }


@pytest.mark.sqlite
def test_what_comes_back_is_what_left(study: Cast, tmp_path: Path) -> None:
    file = archived(study, tmp_path / "a.zip")
    said = run(study.database, "verify", file)
    assert (said.exit_code, "every table against it" in said.output) == (0, True), said.output
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    back = run(url, "import", file)
    assert back.exit_code == 0, back.output
    empty = Database(url)
    before, after = rows(study, study.database), rows(study, empty)
    assert {name for name in before if before[name] != after[name]} == set()
    with empty.reading() as session:
        assert set(session.scalars(sa.select(User.password_hash))) == {"!"}
        stored = sa.text("SELECT content FROM report_content ORDER BY report_id, section")
        here = session.execute(stored).all()
    with study.database.reading() as session:
        assert session.execute(stored).all() == here
    assert run(url, "audit", "verify").exit_code == 0
    again = run(url, "import", file)
    assert (again.exit_code, "already has a project" in again.output) == (1, True)
    empty.dispose()


def changed(file: Path, to: Path, name: str, change: Any) -> Path:
    """An archive in which one member is another."""
    with zipfile.ZipFile(file) as package, zipfile.ZipFile(to, "w") as other:
        for member in package.namelist():
            content = package.read(member)
            other.writestr(member, change(content) if member == name else content)
    return to


@pytest.mark.sqlite
def test_an_archive_that_was_changed_is_refused_and_changes_nothing(study: Cast, tmp_path: Path) -> None:
    file = archived(study, tmp_path / "a.zip")
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    other = changed(
        file, tmp_path / "b.zip", "data/coding.ndjson", lambda content: content.replace(b'"doubt":1', b'"doubt":2')
    )
    said = run(study.database, "verify", other)
    assert (said.exit_code, "data/coding.ndjson is not what was written" in said.output) == (1, True), said.output

    def honest(content: bytes) -> bytes:
        """The manifest of somebody who changed a table and its hash."""
        manifest = json.loads(content)
        with zipfile.ZipFile(other) as package:
            manifest["files"]["data/coding.ndjson"] = hashlib.sha256(package.read("data/coding.ndjson")).hexdigest()
        return json.dumps(manifest).encode()

    forged = changed(other, tmp_path / "c.zip", "manifest.json", honest)
    said = run(study.database, "verify", forged)
    assert (said.exit_code, "not what its log says" in said.output) == (1, True), said.output
    assert run(url, "import", forged).exit_code == 1
    older = changed(file, tmp_path / "d.zip", "manifest.json", lambda c: c.replace(b'"revision": "', b'"revision": "x'))
    assert "bring it back with Intercoder" in run(url, "import", older).output
    (tmp_path / "e.zip").write_bytes(file.read_bytes()[:5000])
    assert run(url, "import", tmp_path / "e.zip").exit_code == 1
    assert run(url, "import", file).exit_code == 0


@pytest.mark.sqlite
def test_with_letters_nobody_is_named_and_scrambled_no_word_is_left(study: Cast, tmp_path: Path) -> None:
    masked = archived(study, tmp_path / "m.zip", "--names", "letters")
    assert run(study.database, "verify", masked).exit_code == 0
    people = [person for person in study.people.values() if person.name not in {"Otto", "Root"}]
    with zipfile.ZipFile(masked) as package:
        everything = b"".join(
            package.read(name) for name in package.namelist() if not name.startswith(("texts", "sources"))
        )
    for person in people:
        assert person.email.encode() not in everything
        assert f'"{person.name}"'.encode() not in everything
    said = run(
        study.database,
        "export",
        "archive-scrambled",
        "--project",
        str(study.project),
        "--as",
        "lena@study.example",
        "-o",
        tmp_path / "s.zip",
    )
    assert said.exit_code == 0, said.output
    assert run(study.database, "verify", tmp_path / "s.zip").exit_code == 0
    with zipfile.ZipFile(tmp_path / "s.zip") as package:
        texts = [json.loads(line)["text"] for line in package.read("data/revision.ndjson").splitlines()]
        told = {name: package.read(name) for name in package.namelist()}
    anchors = [json.loads(line) for line in told["data/anchor.ndjson"].splitlines()]
    assert anchors
    assert {sign for anchor in anchors for sign in anchor["label"] if sign.isalpha()} <= {"文", "x", "X"}
    assert all(anchor["data"] == {} for anchor in anchors)
    assert sorted(map(len, texts)) == sorted(map(len, TEXTS.values()))
    quoted = [b"As they said"]  # what people write of the texts is theirs, and may quote them
    parts = [*quoted, *(text[i : i + 6].encode() for text in TEXTS.values() for i in range(0, len(text) - 6, 40))]
    assert not [(name, part.decode()) for name, content in told.items() for part in parts if part in content]
    refused = run(f"sqlite:///{tmp_path / 'f.sqlite3'}", "import", tmp_path / "s.zip")
    assert (refused.exit_code, "cannot be brought back" in refused.output) == (1, True)


def test_what_stays_where_words_are_scrambled_is_there() -> None:
    texts = {t.name: {c.name for c in t.c if isinstance(c.type, sa.Text)} for t in archiving.tables()}
    assert [name for name, kept in KEPT.items() if not texts.get(name, set()) >= {*kept}] == []


@pytest.mark.sqlite
def test_nobody_but_a_lead_has_an_archive_and_none_while_a_round_is_open(cast: Cast, tmp_path: Path) -> None:
    def asked(person: str, name: str = "archive") -> Result:
        return run(
            cast.database,
            "export",
            name,
            "--project",
            str(cast.project),
            "--as",
            person,
            "-o",
            tmp_path / "to" / "x.zip",
        )

    (tmp_path / "to").mkdir()
    assert [asked(f"{person}@study.example").exit_code for person in ("ai", "ada", "olga", "otto", "nobody")] == [1] * 5
    cast.coded_round()
    said = asked("lena@study.example")
    assert (said.exit_code, "Round 1 is open" in said.output) == (1, True)
    assert [*(tmp_path / "to").iterdir()] == []
    assert "no export “nonsense”" in asked("lena@study.example", "nonsense").output
