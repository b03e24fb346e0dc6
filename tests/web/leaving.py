"""Taking a file away by the API, whichever way it goes: at once, or made by a worker first."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cast import Client
from intercoder.db import Database
from intercoder.jobs.runner import run_next
from intercoder.reports.exports.registry import export_called


def fetched(person: Client, database: Database, address: str) -> Any:
    """Return the answer with a file, or the first refusal on its way. ``address``: as of a file that is made at once."""
    asked = urlsplit(f"/api/v1/{address}")
    said = dict(parse_qsl(asked.query))
    export = export_called(asked.path.rpartition("/")[2])
    if said.get("format", export.forms[0]) not in export.slow:
        answer = person.call("GET", f"/api/v1/{address}")
        answer.get_data()  # who takes a file reads it: so many may be on their way at a time
        return answer
    started = person.call("POST", asked.path, {"format": export.forms[0], **said})
    if started.status_code != 202:
        return started
    assert run_next(database)
    made = person.get(started.headers["Location"])
    assert (made["state"], made["error"]) == ("done", None)
    return person.call("GET", made["file"])
