"""Rules of the URL map: an address is compiled when it is first built, and is the one that it would be without that."""

from typing import Any

import pytest
from werkzeug import routing

from intercoder.web.rules import Rule

ADDRESSES: list[tuple[str, dict[str, Any], str]] = [
    ("/rounds/<int:round>", {"round": 3}, "/rounds/3"),
    ("/codes/<path:name>/", {"name": "信任/合同", "page": 2}, "/codes/%E4%BF%A1%E4%BB%BB/%E5%90%88%E5%90%8C/?page=2"),
    ("/about", {}, "/about"),
]


@pytest.mark.parametrize(("rule", "values", "address"), ADDRESSES)
def test_an_address_is_compiled_when_it_is_first_built(
    rule: str, values: dict[str, Any], address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = []
    compile_builder = routing.Rule._compile_builder

    def counted(rule: routing.Rule, append_unknown: bool = True) -> Any:
        compiled.append(append_unknown)
        return compile_builder(rule, append_unknown)

    monkeypatch.setattr(routing.Rule, "_compile_builder", counted)
    addresses = routing.Map([Rule(rule, endpoint="it")]).bind("study.example")
    assert compiled == []
    assert [addresses.build("it", values) for _ in range(2)] == [address, address]
    assert compiled == [True]
    assert routing.Map([routing.Rule(rule, endpoint="it")]).bind("study.example").build("it", values) == address
