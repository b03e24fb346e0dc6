"""The saturation page: what each finished document brought, at one level of the codebook."""

from typing import Any
from uuid import UUID

from flask import render_template, url_for

from intercoder.policy import Permission
from intercoder.services import saturation as figures
from intercoder.services.access import Access
from intercoder.web.access import needs
from intercoder.web.arguments import chosen, identifier, number
from intercoder.web.pages import at_tab
from intercoder.web.project.blueprint import blueprint
from intercoder.web.project.saturation_view import view
from intercoder.web.session import db
from intercoder.web.words import WORDS


def _asked() -> dict[str, Any]:
    return {
        "level": chosen("level", WORDS["level"], "concept"),
        "view": chosen("view", figures.VIEWS, figures.UNION),
        "base": int(number("base", 1, 100, 4)),
        "run": int(number("run", 1, 100, 2)),
        "percent": number("percent", 0, 100, 5),
    }


@blueprint.get("/projects/<uuid:project>/saturation")
@needs(Permission.SATURATION_VIEW, "project")
def saturation(access: Access, project: UUID) -> str:
    """Facts about the documents finished in rounds that the person may see."""
    at_tab("saturation")
    asked = _asked()
    picture = figures.picture(
        db(),
        access,
        level=asked["level"],
        view=asked["view"],
        base=asked["base"],
        run=asked["run"],
        threshold=asked["percent"] / 100,
    )

    def address(**other: str) -> str:
        return url_for("project.saturation", project=project, **{**asked, **other})

    return render_template(
        "project/saturation.html",
        picture=picture,
        view=view(picture),
        asked=asked,
        address=address,
        views=figures.VIEWS,
        blind=figures.hidden_rounds(db(), access),
    )


@blueprint.get("/projects/<uuid:project>/saturation/evidence")
@needs(Permission.SATURATION_VIEW, "project")
def saturation_evidence(access: Access, project: UUID) -> str:
    """The words behind a number of the page: where a document got its codes at a level."""
    at_tab("saturation")
    asked = _asked()
    document, code = identifier("document"), identifier("code")
    quotes = figures.evidence(db(), access, level=asked["level"], document_id=document, code_id=code)
    return render_template(
        "project/saturation_evidence.html",
        quotes=quotes,
        asked=asked,
        back=url_for("project.saturation", project=project, **asked),
    )
