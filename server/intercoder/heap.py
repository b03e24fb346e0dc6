"""How often a process looks through its memory for what nobody can reach any more."""

import gc

#: new objects after which those made lately are looked through, and how many such rounds until the older ones are
COLLECT = (100_000, 50, 100)


def settle() -> None:
    """Leave what is loaded by now out of every later search for garbage, and search seldom enough for long answers.

    A report, as a job or as a page of thousands of codes, makes some hundred thousand objects that all live to its end.
    Looking through them, and through what the caches hold, as often as Python does by itself was measured as a tenth of
    a report's time; how much of the page's it is depends on when the search falls: from an eighth to nearly half.
    """
    gc.freeze()
    gc.set_threshold(*COLLECT)
