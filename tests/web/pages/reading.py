"""Opening pages as a person and looking at what is in them."""

import base64
import hashlib
import re
from itertools import accumulate
from typing import Any
from uuid import UUID

from flask import Flask
from lxml import html

from cast import Cast, Client
from intercoder.db import Database

_STEP = re.compile(r"\s*(>?)\s*([\w*]*)((?:[.#][\w-]+|\[[^\]]+\])*)")
_TEST = re.compile(r"([.#])([\w-]+)|\[([\w-]+)(?:=\"?([^\]\"]*)\"?)?\]")


def xpath(selector: str) -> str:
    """Return the XPath of a CSS selector made of tags, classes, ids, attributes, descendants and children."""
    path = "."
    for child, tag, tests in _STEP.findall(selector):
        if not tag and not tests:
            continue
        path += f"{'/' if child else '//'}{tag or '*'}"
        for sign, name, attribute, value in _TEST.findall(tests):
            if sign == "#":
                path += f'[@id="{name}"]'
            elif sign == ".":
                path += f'[contains(concat(" ", normalize-space(@class), " "), " {name} ")]'
            else:
                path += f'[@{attribute}="{value}"]' if value else f"[@{attribute}]"
    return path


def select(node: Any, selector: str) -> list[Any]:
    """Return what a selector finds below a node; several selectors with commas, in the order of the page."""
    nodes: list[Any] = node.xpath(" | ".join(xpath(single) for single in selector.split(",")))
    return nodes


def words(page: Any) -> str:
    """Return what the page says, blanks folded."""
    return re.sub(r"\s+", " ", select(page, "main")[0].text_content())


def refused_scripts(page: Any, policy: str) -> list[str]:
    """Return the scripts and import maps written into a page that its policy does not allow."""
    inline = [script.text or "" for script in page.xpath("//script[not(@src)][not(contains(@type, 'json'))]")]
    digests = {text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in inline}
    return [text for text, digest in digests.items() if f"'sha256-{digest}'" not in policy]


def code_page(cast: Cast, round_id: UUID, document: str) -> str:
    """Return the address of a coding page."""
    return f"/rounds/{round_id}/documents/{cast.documents[document]}/code"


class Reader:
    """Somebody who opens pages."""

    def __init__(self, app: Flask, database: Database, cast: Cast) -> None:
        self._parts = (app, database)
        self._cast = cast

    def _ask(self, person: str, method: str, path: str) -> Any:
        return Client(*self._parts, self._cast.people[person]).call(method, path)

    def page(self, person: str, path: str, status: int = 200) -> Any:
        """Return a page."""
        answer = self._ask(person, "GET", path)
        assert answer.status_code == status, (path, answer.status_code, answer.get_data(as_text=True)[-500:])
        whole = html.document_fromstring(answer.get_data(as_text=True))
        assert not refused_scripts(whole, answer.headers["Content-Security-Policy"]), path
        return whole

    def json(self, person: str, path: str) -> Any:
        """Return a resource of a page."""
        answer = self._ask(person, "GET", path)
        assert answer.status_code == 200, (path, answer.status_code)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        return answer.json

    def tagged(self, person: str, path: str, known: str) -> tuple[int, str]:
        """Return the status and the tag of a resource of which the browser has what this tag names."""
        client = Client(*self._parts, self._cast.people[person])
        answer = client.call("GET", path, **({"If_None_Match": known} if known else {}))
        return answer.status_code, answer.headers["ETag"]

    def send(self, person: str, method: str, path: str, body: Any = None, **headers: str) -> int:
        """Send something to the API and return the status of the answer."""
        return Client(*self._parts, self._cast.people[person]).call(method, path, body, **headers).status_code

    def leads_to(self, person: str, path: str, method: str = "GET") -> str:
        """Return where an address leads."""
        answer = self._ask(person, method, path)
        assert answer.status_code == 302, (path, answer.status_code, answer.get_data(as_text=True)[-500:])
        return str(answer.headers["Location"])


def numbers_of(signs: str) -> list[int]:
    """Return the numbers that came as characters (``web.coder.signs``)."""
    found, number, unit = [], 0, 1
    for sign in map(ord, signs):
        digit = sign - 35 if sign < 92 else sign - 36
        if digit >= 0x8000:
            number, unit = number + (digit - 0x8000) * unit, unit * 0x4000
        else:
            found.append(number + digit * unit)
            number, unit = 0, 1
    return found


def identifiers_of(packed: str) -> list[UUID]:
    """Return identifiers as the browser reads them (``idsOf``)."""
    content = base64.b64decode(packed, validate=True)
    return [UUID(bytes=content[at : at + 16]) for at in range(0, len(content), 16)]


def codings_of(reader: Reader, person: str, address: str) -> list[dict[str, Any]]:
    """Return a layer as the browser reads its columns (static/js/coding/columns.js)."""
    columns = reader.json(person, f"{address}/layer")
    code, steps, lengths, keys, counts = (
        numbers_of(columns[name]) for name in ("code", "start", "length", "key", "number")
    )
    applied = identifiers_of(columns["codes"])
    starts, numbers = accumulate(steps), accumulate(-(n // 2) - 1 if n % 2 else n // 2 for n in counts)
    return [
        {
            "id": UUID(columns["keys"][keys[place]] + f"{number:08x}"),
            "code": applied[code[place]],
            "start": start,
            "end": start + lengths[place],
            "memo": columns["memos"].get(str(place), ""),
            "doubt": columns["doubts"].get(str(place), 0),
            "typical": place in columns["typical"],
            "version": columns["versions"].get(str(place), 1),
        }
        for place, (start, number) in enumerate(zip(starts, numbers, strict=True))
    ]
