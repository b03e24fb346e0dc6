"""The text of a document as the coding page shows it: rendered once, kept while it is read."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from markupsafe import Markup

from intercoder.models import AnchorKind
from intercoder.services import materials
from intercoder.services.access import Access
from intercoder.web.coder.coding_view import Block, blocks
from intercoder.web.session import db

#: characters that a process keeps of the texts it showed last
ROOM = 4 * 2**20


@dataclass(frozen=True)
class ShownText:
    """The paragraphs of a text as HTML in no language of the page, and its headings."""

    paragraphs: Markup
    outline: tuple[Block, ...]


class _Kept:
    """The texts shown last, the oldest given up first. A revision never changes, so neither does what is shown."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[UUID, ShownText] = OrderedDict()
        self._size = 0

    def get(self, revision: UUID) -> ShownText | None:
        with self._lock:
            text = self._texts.get(revision)
            if text is not None:
                self._texts.move_to_end(revision)
            return text

    def put(self, revision: UUID, text: ShownText) -> None:
        with self._lock:
            if revision in self._texts:
                return
            self._texts[revision] = text
            self._size += len(text.paragraphs)
            while self._size > ROOM and len(self._texts) > 1:
                self._size -= len(self._texts.popitem(last=False)[1].paragraphs)


_kept = _Kept()


def shown_text(access: Access, revision_id: UUID) -> ShownText:
    """Return the text of a revision of the project; whoever calls this has opened the door to it."""
    shown = _kept.get(revision_id)
    if shown is None:
        revision = materials.get_revision(db(), access.project.id, revision_id)
        anchors = materials.anchors_of(db(), revision.id, (AnchorKind.TURN, AnchorKind.HEADING))
        parts = blocks(revision.text, anchors)
        # Autoescaped by the template: the words of the text are words.
        html = Markup(current_app.jinja_env.get_template("coder/_text.html").render(blocks=parts))  # noqa: S704
        shown = ShownText(html, tuple(block for block in parts if block.heading))
        _kept.put(revision_id, shown)
    return shown
