"""Codes that count as one since they were merged. What was applied is kept as it was, so that a merge can be undone."""

from collections.abc import Mapping
from types import MappingProxyType

from intercoder.errors import WrongArgument


class Merges:
    """Which code each code counts as: a to b and b to c means that a counts as c."""

    def __init__(self, into: Mapping[str, str] = MappingProxyType({})) -> None:
        self._into = dict(into)

    def __contains__(self, code: object) -> bool:
        """Whether this code counts as another one."""
        return code in self._into

    @property
    def into(self) -> Mapping[str, str]:
        """Code -> the code that it was merged straight into."""
        return MappingProxyType(self._into)

    def live(self, code: str) -> str:
        """Return the code that this one counts as. O(merges on the way)."""
        while code in self._into:
            code = self._into[code]
        return code

    def merge(self, code: str, into: str) -> tuple[str, str]:
        """Count two codes as one from now on; return the live code that is gone, and the one that is kept.

        O(merges on the way).

        Raises
        ------
        WrongArgument : they are one already, so the merge would go in a circle.
        """
        gone, kept = self.live(code), self.live(into)
        if gone == kept:
            raise WrongArgument("merge_cycle", "The codes {one} and {other} are already merged.", one=code, other=into)
        self._into[gone] = kept
        return gone, kept

    def unmerge(self, code: str) -> None:
        """Undo the merge of this code; what had been merged into it before stays with it. O(1).

        Raises
        ------
        WrongArgument : the code is not merged into another.
        """
        if code not in self._into:
            raise WrongArgument("not_merged", "The code {name} is not merged into another.", name=code)
        del self._into[code]
