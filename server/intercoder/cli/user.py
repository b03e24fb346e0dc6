"""user: accounts from the command line."""

import click
import sqlalchemy as sa

from intercoder import schema
from intercoder.config import load_settings
from intercoder.db import Database
from intercoder.errors import NotFound
from intercoder.logs import security
from intercoder.models import User
from intercoder.services import accounts
from intercoder.text.canonical import name_key


def _database() -> Database:
    database = Database(load_settings().database_url)
    schema.require_current(database)
    return database


@click.group()
def user() -> None:
    """List, add and change accounts."""


@user.command("list")
def list_users() -> None:
    """Show every account."""
    with _database().reading() as session:
        for person in accounts.list_users(session):
            marks = [m for m, on in (("admin", person.is_admin), ("switched off", not person.is_active)) if on]
            click.echo(f"{person.email}\t{person.name}" + (f"\t{', '.join(marks)}" if marks else ""))


@user.command("add")
@click.argument("email")
@click.option("--name", prompt=True)
@click.option("--admin", is_flag=True, help="May administer the instance.")
@click.password_option()
def add_user(email: str, name: str, admin: bool, password: str) -> None:
    """Add an account."""
    hashed = accounts.hash_password(password, email, name)
    with _database().transaction() as session:
        person = accounts.create_user(session, email, name, hashed, is_admin=admin)
    security("account made", outcome="done", person=str(person.id), admin=admin, by="command line")
    click.echo(f"{email} can sign in.")


@user.command("password")
@click.argument("email")
@click.password_option()
def set_password(email: str, password: str) -> None:
    """Set the password of an account, sign it out everywhere and end its access tokens."""
    database = _database()
    with database.reading() as session:
        person = session.scalar(sa.select(User).where(User.email_key == name_key(email)))
        if person is None:
            raise NotFound("no_account", "There is no account for {email}.", email=email)
    hashed = accounts.hash_password(password, person.email, person.name)
    with database.transaction() as session:
        accounts.change_password(session, person.id, hashed, None)
    security("password changed", outcome="done", person=str(person.id), by="command line")
    click.echo(f"{email} has a new password and was signed out everywhere.")
