"""export: what leaves the program, as one of its members may take it."""

import sys
from pathlib import Path
from uuid import UUID

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from intercoder import schema
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.errors import InvalidInput, NotFound
from intercoder.language import LANGUAGES, speaking, translate
from intercoder.models import AgreementReport, Member, Project, Role, Round, User
from intercoder.policy import Permission
from intercoder.reports.exports.kinds import Choices, Export, File, Form, Names, Scope
from intercoder.reports.exports.registry import EXPORTS, export_called
from intercoder.reports.exports.taking import taking
from intercoder.services import passage_views
from intercoder.services.access import authorise
from intercoder.services.accounts import Actor, actor_of
from intercoder.services.agreement import reports
from intercoder.text.canonical import name_key


@click.command()
@click.argument("name", required=False)
@click.option("--project", "project_name", help="Name or identifier of the project.")
@click.option(
    "--as", "email", help="E-mail of the member whose rights hold: nothing leaves that this person may not see."
)
@click.option(
    "--round", "number", type=int, help="Number of the round: of a report its latest, of codings that round alone."
)
@click.option(
    "--format", "form", type=click.Choice([form.value for form in Form]), help="Default: the first that is listed."
)
@click.option("--view", help="Name of a saved view: of codings, tables and matrices its passages alone.")
@click.option(
    "--pack", is_flag=True, help="The manuscript pack of the project NAME; as its lead, where --as names nobody."
)
@click.option("--language", type=click.Choice([*LANGUAGES]), default="en", show_default=True)
@click.option(
    "--names", type=click.Choice([names.value for names in Names]), default=Names.REAL.value, show_default=True
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="File or folder; - is the standard output. Default: here."
)
def export(
    name: str | None,
    project_name: str | None,
    email: str | None,
    number: int | None,
    form: str | None,
    view: str | None,
    pack: bool,
    language: str,
    names: str,
    output: Path | None,
) -> None:
    """Write the export NAME of a project to a file. Without a NAME: say what there is.

    \b
      intercoder export
      intercoder export codings --project "Nine firms" --as lead@uni.example --format xlsx
      intercoder export report --project "Nine firms" --as lead@uni.example --round 2 --format docx --language zh
      intercoder export "Nine firms" --pack --language zh
    """  # noqa: D301 - click's mark for lines that stay as they are
    if name is None:
        _list(language)
        return
    if pack:
        name, project_name = "pack", name
    wanted = export_called(name)
    if project_name is None or (email is None and not pack):
        raise InvalidInput("say_whose", "Say which project and whose rights: --project NAME --as E-MAIL.")
    database = Database(load_settings().database_url)
    schema.require_current(database)
    with database.reading() as session:
        project = _project(session, project_name)
        actor = _member(session, project, email) if email else _lead(session, project)
        round_ = _round(session, project, number)
        thing = _thing(session, wanted, project, round_)
        kept = _view(session, actor, project, view)
    of_round = round_.id if round_ and wanted.scope is Scope.PROJECT else None
    choices = Choices(wanted.form(Form(form) if form else None), Names(names), of_round, view=kept)

    with speaking(language), taking(database, actor, wanted, thing, choices) as (file, _):
        _write(file, output)


def _write(file: File, output: Path | None) -> None:
    """Write a file where it is wanted."""
    if str(output) == "-":
        for part in file.parts:
            sys.stdout.buffer.write(part)
        return
    path = output / file.name if output and output.is_dir() else output or Path(file.name)
    # What stops half way leaves nothing that looks like the whole.
    half = path.with_name(path.name + ".part")
    try:
        with half.open("wb") as written:
            for part in file.parts:
                written.write(part)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    click.echo(str(path))


def _list(language: str) -> None:
    with speaking(language):
        for export in EXPORTS:
            click.echo(f"{export.name}  ({', '.join(export.forms)})")
            click.echo(f"    {translate(export.title)}. {translate(export.holds)}")


def _project(session: Session, wanted: str) -> Project:
    """Return the project of a name or identifier; refuse a name that several have."""
    rows = session.scalars(sa.select(Project)).all()
    found = [p for p in rows if str(p.id) == wanted] or [p for p in rows if name_key(p.name) == name_key(wanted)]
    if not found:
        raise NotFound("no_project", "There is no project “{name}”.", name=wanted)
    if len(found) > 1:
        identifiers = ", ".join(str(p.id) for p in found)
        raise InvalidInput(
            "which_project", "Several projects are called so; name one by its identifier: {ids}.", ids=identifiers
        )
    return found[0]


def _member(session: Session, project: Project, email: str) -> Actor:
    person = session.scalar(
        sa.select(User)
        .join(Member, Member.user_id == User.id)
        .where(User.email_key == name_key(email), Member.project_id == project.id)
    )
    if person is None:
        raise NotFound("no_member", "{email} is no member of “{name}”.", email=email, name=project.name)
    return actor_of(person)


def _lead(session: Session, project: Project) -> Actor:
    """Return the lead of a project, as whom its pack is made; refuse where there are several."""
    rows = session.scalars(sa.select(Member).where(Member.project_id == project.id).order_by(Member.joined_at))
    leads = [member.user for member in rows if Role.LEAD in member.roles]
    if len(leads) != 1:
        raise InvalidInput(
            "which_lead", "“{name}” has several leads: say whose rights hold, --as E-MAIL.", name=project.name
        )
    return actor_of(leads[0])


def _round(session: Session, project: Project, number: int | None) -> Round | None:
    if number is None:
        return None
    found = session.scalar(sa.select(Round).where(Round.project_id == project.id, Round.number == number))
    if found is None:
        raise NotFound("no_round", "There is no round {number} in “{name}”.", number=number, name=project.name)
    return found


def _view(session: Session, actor: Actor, project: Project, name: str | None) -> UUID | None:
    """Return the saved view of a name that the member may use."""
    if name is None:
        return None
    access = authorise(session, actor, Permission.CODINGS_VIEW, "project", project.id)
    return passage_views.called(session, access, name).id


def _thing(session: Session, wanted: Export, project: Project, round_: Round | None) -> UUID:
    """Return what the export is of: the project, or the latest report of a round."""
    if wanted.scope is Scope.PROJECT:
        return project.id
    if round_ is None:
        raise InvalidInput("which_round", "Say of which round: --round NUMBER.")
    if wanted.scope is Scope.ROUND:
        return round_.id
    made: list[AgreementReport] = [report for report in reports(session, round_.id) if report.stale_at is None]
    if not made:
        raise NotFound("no_report", "Round {number} has no report that still holds.", number=round_.number)
    return made[0].id
