"""However people write a table, its number is that of the clean table, or the program refuses, or says what it took it for."""

import collections
from pathlib import Path

from interchange.table_shapes import files, judge
from interchange.table_ways import WAYS


def test_a_table_is_never_misread_in_silence(tmp_path: Path) -> None:
    misread = []
    plain: collections.Counter[str] = collections.Counter()
    became: dict[str, collections.Counter[str]] = {name: collections.Counter() for name in WAYS}
    for seed, file in files(220, seed=20201013):
        verdict = judge(file, tmp_path)
        if verdict.what == "silent":
            misread.append((seed, file.ways, verdict.why))
        if not file.ways:
            plain[verdict.what] += 1
        for name in file.ways:
            became[name][verdict.what] += 1
    assert misread == []
    assert set(plain) == {"equal"}, "a table as the help shows it is read, whatever is in it"
    assert [name for name, counts in became.items() if not counts] == [], "every way is reached"
    told = sum(became.values(), collections.Counter())
    assert told["equal"] > told["refused"] > told["noted"] > 0
