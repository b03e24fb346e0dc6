"""What a new version of the codebook means for one's own codings."""

from flask import render_template

from intercoder.policy import Permission
from intercoder.services import rechecking
from intercoder.services.access import Access
from intercoder.web.pages import page
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.codebook import readable
from intercoder.web.queries import PartQuery
from intercoder.web.session import db

PAGE = 50


@page(blueprint, "/projects/<uuid:project>/codebook/recheck", Permission.CODINGS_VIEW, tab="codebook", name="recheck")
def recheck(access: Access, query: PartQuery) -> str:
    """Show own codings of codes that mean something else in the latest version, and what changed of them."""
    part = rechecking.to_recheck(db(), access, query.part(PAGE))
    changes = {row.change.code_id: row.change for row in part.rows}
    return render_template(
        "project/recheck.html",
        page=part,
        changes={change.id: change for change in readable(list(changes.values()), [])},
    )
