"""Documents and codes as they come, go and are merged: every change is cheap, nothing is recounted.

``Incidence`` is a photograph; ``State`` is for whoever goes on counting while a study grows. After any sequence of
changes it holds what a count from scratch would give.
"""

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from intercoder.errors import WrongArgument
from intercoder.stats.merging import Merges
from intercoder.stats.saturation.incidence import Discovery, Frequencies

Key = TypeVar("Key", bound=Hashable)


class State:
    """The documents so far, with Y, Q, n, U, who owns each unique code, and what each document brought.

    Documents are known by any hashable name and stand at a place in the order of arrival; codes that were
    merged count as one live code, and what was applied is kept as it was, so that a merge can be undone.

    Cost: ``add`` and ``apply`` O(codes given), ``unapply`` and ``remove`` O(codes) and, for a code whose
    first document goes, O(Y); ``merge`` and ``unmerge`` O(Y of both). Putting a document between others
    moves O(n) pointers and nothing else. A code that was merged costs its chain of merges more.
    """

    def __init__(self) -> None:
        self._at: dict[Hashable, tuple[float, int]] = {}
        self._order: list[tuple[tuple[float, int], Hashable]] = []
        self._serial = 0
        self._applied: dict[Hashable, set[str]] = {}  # document -> codes as applied
        self._raw: dict[str, set[Hashable]] = {}  # code as applied -> documents
        self._merges = Merges()
        self._where: dict[str, dict[Hashable, int]] = {}  # live code -> document -> parts applied there
        self._first: dict[str, Hashable] = {}
        self._owner: dict[str, Hashable] = {}
        self._new: dict[Hashable, int] = {}
        self._inside: dict[Hashable, int] = {}
        self._uniques: dict[Hashable, int] = {}
        self._q: dict[int, int] = {}
        self._incidences = 0

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> "State":
        """Return the state after these documents, in this order, named 1, 2, ... O(codes given)."""
        state = cls()
        for number, codes in enumerate(documents, 1):
            state.add(number, codes)
        return state

    # --- what changes --------------------------------------------------------------------------

    def add(self, document: Hashable, codes: Iterable[str] = (), *, at: float | None = None) -> int:
        """Take in one more document and return how many live codes it is the first to have.

        Parameters
        ----------
        document
            its name.
        codes
            as applied; none is fine, an empty document is a document.
        at
            its place in the order of arrival (any number, such as a time); after all others when not given.
            Of two with the same place the one added later comes later.

        Raises
        ------
        WrongArgument : the document is already there.
        """
        if document in self._at:
            raise WrongArgument("document_twice", "The document {name} has already been counted.", name=document)
        if at is None:
            at = self._order[-1][0][0] if self._order else 0.0
        self._serial += 1
        self._at[document] = (at, self._serial)
        insort(self._order, ((at, self._serial), document), key=lambda entry: entry[0])
        self._applied[document] = set()
        self._new[document] = self._inside[document] = 0
        for code in codes:
            self.apply(document, code)
        return self._new[document]

    def remove(self, document: Hashable) -> None:
        """Let a document go, with all that was applied in it.

        Raises
        ------
        WrongArgument : there is no such document; ``apply`` and ``unapply`` alike.
        """
        for code in list(self._known(document)):
            self.unapply(document, code)
        place = self._at.pop(document)
        del self._applied[document], self._new[document], self._inside[document]
        del self._order[bisect_left(self._order, place, key=lambda entry: entry[0])]

    def apply(self, document: Hashable, code: str) -> None:
        """Note that the code is present in the document; nothing happens when it already is."""
        applied = self._known(document)
        if code in applied:
            return
        applied.add(code)
        self._raw.setdefault(code, set()).add(document)
        live = self.live(code)
        where = self._where.setdefault(live, {})
        where[document] = where.get(document, 0) + 1
        if where[document] == 1:
            self._enter(live, document, len(where))

    def unapply(self, document: Hashable, code: str) -> None:
        """Take the code out of the document; nothing happens when it is not there."""
        applied = self._known(document)
        if code not in applied:
            return
        applied.remove(code)
        self._raw[code].remove(document)
        live = self.live(code)
        where = self._where[live]
        where[document] -= 1
        if where[document]:
            return
        del where[document]
        self._leave(live, document, where)

    def merge(self, code: str, into: str) -> None:
        """Count two codes as one from now on, in the past too.

        Raises
        ------
        WrongArgument : they are one already, so the merge would go in a circle.
        """
        gone, kept = self._merges.merge(code, into)
        small, large = sorted((self._take_out(gone), self._take_out(kept)), key=len)
        for document, parts in small.items():
            large[document] = large.get(document, 0) + parts
        self._put_in(kept, large)

    def unmerge(self, code: str) -> None:
        """Undo the merge of this code; what had been merged into it before stays with it.

        Raises
        ------
        WrongArgument : the code is not merged into another.
        """
        kept = self.live(code)
        self._merges.unmerge(code)
        where = self._take_out(kept)
        own = Counter(document for part in self._merges.group(code) for document in self._raw.get(part, ()))
        for document, parts in own.items():
            where[document] -= parts
            if not where[document]:
                del where[document]
        self._put_in(kept, where)
        self._put_in(code, dict(own))

    # --- what can be read ----------------------------------------------------------------------

    def live(self, code: str) -> str:
        """Return the code that this one counts as. O(merges on the way)."""
        return self._merges.live(code)

    @property
    def documents(self) -> int:
        """How many documents there are: n."""
        return len(self._at)

    @property
    def order(self) -> tuple[Hashable, ...]:
        """The names of the documents in order of arrival. O(n)."""
        return tuple(document for _, document in self._order)

    @property
    def present(self) -> dict[str, int]:
        """Y: live code -> in how many documents it occurs. O(codes)."""
        return {code: len(where) for code, where in self._where.items() if where}

    @property
    def first(self) -> dict[str, Hashable]:
        """Live code -> the first document that has it. O(codes)."""
        return dict(self._first)

    @property
    def incidences(self) -> int:
        """U: how many (document, live code) there are. O(1)."""
        return self._incidences

    @property
    def frequencies(self) -> Frequencies:
        """N and Q. O(k log k) for k different Y."""
        return Frequencies(self.documents, {k: self._q[k] for k in sorted(self._q)})

    @property
    def uniques(self) -> Mapping[Hashable, int]:
        """Document -> how many of its live codes occur nowhere else; documents without any are left out. O(n)."""
        return dict(self._uniques)

    @property
    def discovery(self) -> Discovery:
        """The arrival curve. O(n)."""
        order = self.order
        return Discovery.of([self._new[d] for d in order], [self._inside[d] for d in order])

    # --- bookkeeping ---------------------------------------------------------------------------

    def _known(self, document: Hashable) -> set[str]:
        if document not in self._at:
            raise WrongArgument("no_such_document", "The document {name} has not been counted.", name=document)
        return self._applied[document]

    def _enter(self, live: str, document: Hashable, present: int) -> None:
        """The live code is now in this document too, in ``present`` documents in all."""
        self._incidences += 1
        self._inside[document] += 1
        _more(self._q, present)
        if present == 1:
            self._first[live] = self._owner[live] = document
            _more(self._uniques, document)
            self._new[document] += 1
            return
        _less(self._q, present - 1)
        if present == 2:
            _less(self._uniques, self._owner.pop(live))
        if self._at[document] < self._at[self._first[live]]:
            self._new[self._first[live]] -= 1
            self._first[live] = document
            self._new[document] += 1

    def _leave(self, live: str, document: Hashable, where: dict[Hashable, int]) -> None:
        """The live code is no longer in this document but in those of ``where``."""
        self._incidences -= 1
        self._inside[document] -= 1
        left = len(where)
        _less(self._q, left + 1)
        if left:
            _more(self._q, left)
        if left == 0:
            _less(self._uniques, self._owner.pop(live))
        elif left == 1:
            self._owner[live] = next(iter(where))
            _more(self._uniques, self._owner[live])
        if self._first[live] == document:
            self._new[document] -= 1
            del self._first[live]
            if left:
                self._first[live] = min(where, key=self._at.__getitem__)
                self._new[self._first[live]] += 1

    def _take_out(self, live: str) -> dict[Hashable, int]:
        where = self._where.pop(live, {})
        if where:
            self._incidences -= len(where)
            for document in where:
                self._inside[document] -= 1
            _less(self._q, len(where))
            self._new[self._first.pop(live)] -= 1
            if len(where) == 1:
                _less(self._uniques, self._owner.pop(live))
        return where

    def _put_in(self, live: str, where: dict[Hashable, int]) -> None:
        if not where:
            return
        self._where[live] = where
        self._incidences += len(where)
        for document in where:
            self._inside[document] += 1
        _more(self._q, len(where))
        self._first[live] = min(where, key=self._at.__getitem__)
        self._new[self._first[live]] += 1
        if len(where) == 1:
            self._owner[live] = next(iter(where))
            _more(self._uniques, self._owner[live])


def _more(count: dict[Key, int], key: Key) -> None:
    count[key] = count.get(key, 0) + 1


def _less(count: dict[Key, int], key: Key) -> None:
    """Count one less, and forget what is at zero."""
    left = count[key] - 1
    if left:
        count[key] = left
    else:
        del count[key]
