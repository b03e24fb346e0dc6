"""The passages of a study, and what they are counted by."""

import enum
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from intercoder.models import CodeState, Level, SourceType
from intercoder.services.mapped import Mapped, MappedCode

#: of codes that may stand above one another in tables, from the top
ABOVE_LABELS = (Level.CONSTRUCT, Level.THEME, Level.CONCEPT)


class Basis(enum.StrEnum):
    """Whose work counts."""

    #: what stands in the consensus; of documents that one coder alone coded, that coder's work
    CONSENSUS = "consensus"
    #: what any coder marked
    CODERS = "coders"


class Source(NamedTuple):
    """A document as tables name it. ``own``: what the project calls its type; ``finished``: somebody submitted work on it that counts."""

    id: str
    title: str
    position: int
    case_id: str | None
    case: str
    kind: SourceType
    own: str
    primary: bool
    attributes: Mapping[str, str]
    #: of its latest text, in code points
    length: int
    finished: bool


class StudyPassage(NamedTuple):
    """A stretch of one text that stands as one code: overlapping codings of the same code are one passage.

    ``code`` is at the concept or above, or a label that has no concept; ``labels``: the labels below it that were applied
    there, each once, in their order of place. Half-open, in code points of ``revision``. ``starred``: some coder marked it as typical.
    """

    document: str
    revision: str
    code: str
    start: int
    end: int
    labels: tuple[str, ...]
    starred: bool

    @property
    def key(self) -> str:
        """What tells it from every other of the same state of the study."""
        return f"{self.revision}.{self.code}.{self.start}.{self.end}"


class Thin(enum.StrEnum):
    """On how little a code rests."""

    ONE_DOCUMENT = "one_document"
    ONE_CASE = "one_case"
    SECONDARY = "secondary"  #: nobody of those studied said it: secondary sources alone


class Tally(NamedTuple):
    """How many passages, documents and cases, and how many of the passages and documents are of primary sources."""

    passages: int = 0
    documents: int = 0
    cases: int = 0
    primary: int = 0
    primary_documents: int = 0

    @property
    def secondary(self) -> int:
        """How many of the passages are of secondary sources."""
        return self.passages - self.primary

    def thin(self, cases: int) -> list[Thin]:
        """Return on how little it rests, in a study of so many cases; nothing of what has no passage."""
        if not self.passages:
            return []
        one = Thin.ONE_DOCUMENT if self.documents == 1 else Thin.ONE_CASE if self.cases == 1 < cases else None
        return [*([one] if one else []), *([] if self.primary else [Thin.SECONDARY])]


@dataclass(frozen=True)
class StudyPassages:
    """The passages of a study in the order of its texts, and what they are counted by. Identifiers are text.

    ``alone``: documents that one coder alone coded; ``waiting``: codings of split codes that nobody has put yet.
    """

    basis: Basis
    mapped: Mapped
    sources: Mapping[str, Source]
    cases: Mapping[str, str]
    #: of each case, and what each code means
    attributes: Mapping[str, Mapping[str, str]]
    definitions: Mapping[str, str]
    rows: Sequence[StudyPassage]
    alone: int
    codings: int
    waiting: int

    @cached_property
    def by_code(self) -> Mapping[str, Sequence[StudyPassage]]:
        """The passages of each code with those of the codes below it."""
        own: dict[str, list[StudyPassage]] = {}
        for row in self.rows:
            own.setdefault(row.code, []).append(row)
        under: dict[str, list[str]] = {}
        for code in own:
            for above in self.mapped.tree.path(code):
                under.setdefault(above, []).append(code)
        return {code: own[some[0]] if len(some) == 1 else self._in_texts(own, some) for code, some in under.items()}

    def _in_texts(self, own: Mapping[str, Sequence[StudyPassage]], codes: Sequence[str]) -> Sequence[StudyPassage]:
        """Return the passages of several codes in the order of the texts."""
        wanted = frozenset(codes)
        return [row for row in self.rows if row.code in wanted] if len(wanted) < len(own) else self.rows

    @cached_property
    def by_label(self) -> Mapping[str, Sequence[StudyPassage]]:
        """The passages in which each label was applied."""
        found: dict[str, list[StudyPassage]] = {}
        for row in self.rows:
            for label in row.labels:
                found.setdefault(label, []).append(row)
        return found

    def of(self, code: str) -> Sequence[StudyPassage]:
        """Return the passages of a code with those of the codes below it."""
        return self.by_code.get(code, ()) or self.by_label.get(code, ())

    def tally(self, rows: Iterable[StudyPassage]) -> Tally:
        """Count some passages."""
        each = Counter(row.document for row in rows)
        there = [self.sources[document] for document in each]
        return Tally(
            each.total(),
            len(each),
            len({source.case_id for source in there} - {None}),
            sum(each[source.id] for source in there if source.primary),
            sum(source.primary for source in there),
        )

    def codes(self, level: Level) -> list[MappedCode]:
        """Return the codes of the codebook at a level in the order of the tree."""
        return self.mapped.in_order(
            [code for code, at in self.mapped.tree.levels.items() if at is level and self._active(code)]
        )

    def _active(self, code: str) -> bool:
        return self.mapped.codes[code].state is CodeState.ACTIVE

    def below(self, code: str) -> list[MappedCode]:
        """Return the codes of the codebook right below a code, in the order of the tree."""
        return self._below.get(code, [])

    @cached_property
    def _below(self) -> Mapping[str, list[MappedCode]]:
        found: dict[str, list[MappedCode]] = {}
        for code in self.mapped.in_order([code for code in self.mapped.tree.parents if self._active(code)]):
            if (parent := self.mapped.tree.parents[code.id]) is not None:
                found.setdefault(parent, []).append(code)
        return found

    @cached_property
    def finished_cases(self) -> frozenset[str]:
        """The cases of which a document was finished."""
        return frozenset(s.case_id for s in self.sources.values() if s.finished and s.case_id is not None)
