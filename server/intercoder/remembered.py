"""What was made last from things that say cheaply whether they changed: it is made again only when they did."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

T = TypeVar("T")

#: values that are kept, those asked for last; of a project of 2,000 codes one takes up to 3 MB
MOST = 24


class Remembered:
    """The values that were asked for last, each with the state of the things that it was made from."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[Hashable, object]] = OrderedDict()
        self._lines: dict[Hashable, Hashable] = {}
        self._lock = threading.Lock()

    def of(self, about: Hashable, then: Hashable, make: Callable[[], T]) -> T:
        """Return the value about something as it is in a state; ``make`` makes it where the state is another one.

        ``about`` names one thing and one kind of value; nobody changes what is returned.
        """
        with self._lock:
            kept = self._kept.get(about)
            if kept is not None and kept[0] == then:
                self._kept.move_to_end(about)
                return cast("T", kept[1])
        value = make()
        self._keep(about, then, value)
        return value

    def renewed(self, about: Hashable, then: Hashable, make: Callable[[T | None], T], line: Hashable) -> T:
        """Return the value as ``of`` does; ``make`` is given the latest one of the same line, of any state, or None.

        What is made of an earlier value holds whatever that was: of a line are values that differ in what they were made of.
        """
        value = self.of(about, then, lambda: make(cast("T | None", self.latest(line))))
        with self._lock:
            self._lines[line] = about
        return value

    def kept(self, about: Hashable, then: Hashable) -> object | None:
        """Return the value about something as it is in a state; None where it is not kept."""
        with self._lock:
            known = self._kept.get(about)
        return known[1] if known is not None and known[0] == then else None

    def latest(self, line: Hashable) -> object | None:
        """Return the latest value of a line; None where none is kept."""
        with self._lock:
            kept = self._kept.get(self._lines.get(line))
        return None if kept is None else kept[1]

    def begin(self, line: Hashable, value: object) -> None:
        """Keep a value that others of its line can be made of; nobody is given it as it is."""
        about = ("latest", line)
        self._keep(about, object(), value)
        with self._lock:
            self._lines[line] = about

    def _keep(self, about: Hashable, then: Hashable, value: object) -> None:
        with self._lock:
            self._kept[about] = (then, value)
            self._kept.move_to_end(about)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            for line in [line for line, at in self._lines.items() if at not in self._kept]:
                del self._lines[line]
