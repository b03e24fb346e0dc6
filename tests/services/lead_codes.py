"""What the lead of a cast does to its codes, each in a transaction of its own."""

from uuid import UUID

import sqlalchemy as sa

from cast import TEXTS, Cast
from intercoder.models import Code, Revision
from intercoder.policy import Permission
from intercoder.services import codebook, versions
from intercoder.services.codebook import CodeChange, Entry, NewCode
from intercoder.services.quoting import PassageIn


def create(cast: Cast, *codes: NewCode) -> list[Code]:
    """Add codes."""
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return codebook.create_codes(session, access, codes)


def change(cast: Cast, code: UUID, change: CodeChange) -> Code:
    """Change a code."""
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return codebook.change_code(session, access, code, None, change)


def retire(cast: Cast, code: UUID) -> None:
    """Take a code out."""
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        codebook.retire_code(session, access, code)


def publish(cast: Cast) -> UUID:
    """Publish a version and return it."""
    with cast.acting("lena", Permission.CODEBOOK_EDIT) as (session, access):
        return versions.publish(session, access).id


def entry(cast: Cast, code: UUID) -> Entry:
    """Return a code of the draft."""
    with cast.database.reading() as session:
        return next(e for e in codebook.draft(session, cast.project) if e.id == code)


def passage(cast: Cast, title: str, words: str) -> PassageIn:
    """Return the first place of some words in a text of the cast."""
    with cast.database.reading() as session:
        revision = session.scalars(sa.select(Revision.id).where(Revision.document_id == cast.documents[title])).one()
    start = TEXTS[title].index(words)
    return PassageIn(revision=revision, start=start, end=start + len(words))
