"""Wherever a page shows the name of a code, the name leads to its passages; every page of the URL map is looked at."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from lxml import html

from cast import Cast, Client
from intercoder.models import Code
from web.pages.reading import select
from web.reading import readable
from web.world import own_ids

pytestmark = pytest.mark.sqlite

#: what is chosen, typed, selected or quoted leads nowhere by itself; a tree's rows get their links by a module (controllers/use.js)
OTHERWISE = ["button", "option", "datalist", "label", "textarea", "summary", "h1", "del", "ins", "script", "svg"]
#: where names stand, each of which the tests below must have seen
SHOWN = {
    *("project.codebook", "project.version", "project.report", "project.segments", "project.saturation"),
    *("project.saturation_evidence", "project.passages", "adjudicator.card", "adjudicator.consensus"),
}


def pages(app: Flask, cast: Cast, compared_round: UUID) -> Iterator[tuple[str, Any]]:
    """Yield every page of a project as somebody who may open it sees it."""
    own = own_ids(cast, compared_round, cast.coded_round())
    closed = {**own.values, "round": compared_round}
    for person, parts in (("lena", {"project"}), ("ada", {"adjudicator"}), ("ai", {"coder"})):
        client = Client(app, cast.database, cast.people[person])
        for rule in (r for r in readable(app) if r.endpoint.partition(".")[0] in parts and "pdf" not in r.endpoint):
            for ids in (own, type(own)(closed)) if "round" in rule.arguments else (own,):
                answer = client.call("GET", ids.path(rule))
                if answer.status_code == 200 and answer.mimetype == "text/html":
                    yield rule.endpoint, html.fromstring(answer.get_data(as_text=True))


def names_in(page: Any, codes: dict[str, set[str]]) -> Iterator[tuple[str, bool]]:
    """Yield the names of codes that stand by themselves in a page, and whether each leads to its passages."""
    for node in (node for main in select(page, "main") for node in main.iter() if isinstance(node.tag, str)):
        here = [node, *node.iterancestors()]
        quoted = any({"quote", "excerpt"} & {*(up.get("class") or "").split()} for up in here)
        if quoted or any(up.tag in OTHERWISE or up.get("role") == "treeitem" or up.get("aria-current") for up in here):
            continue
        for text in (node.text, *(child.tail for child in node)):
            ids = codes.get((text or "").strip())
            if ids:
                links = [up.get("href") or "" for up in here if up.tag == "a"]
                yield (text or "").strip(), any(f"/codes/{code}/passages" in link for code in ids for link in links)


def test_the_name_of_a_code_leads_to_its_passages_on_every_page(app: Flask, cast: Cast, compared_round: UUID) -> None:
    codes: dict[str, set[str]] = {}
    with cast.database.reading() as session:
        for code, name in session.execute(sa.select(Code.id, Code.name).where(Code.project_id == cast.project)):
            codes.setdefault(name, set()).add(str(code))
    seen: dict[str, set[str]] = {}
    loose = set()
    for endpoint, page in pages(app, cast, compared_round):
        for name, leads in names_in(page, codes):
            seen.setdefault(endpoint, set()).add(name)
            if not leads:
                loose.add((endpoint, name))
    assert loose == set()
    assert seen.keys() >= SHOWN
