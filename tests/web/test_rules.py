"""Rules of the URL map: an address is compiled when it is first built, and is the one that it would be without that."""

from typing import Any
from uuid import UUID

import pytest
from werkzeug import routing
from werkzeug.exceptions import NotFound

from intercoder.web.rules import AddressMap, Rule

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


def test_a_map_of_small_rules_finds_what_the_usual_one_finds() -> None:
    rows = [
        ("/codes/<uuid:code>", "GET"),
        ("/codes/<uuid:code>", "POST"),
        ("/codes/<uuid:code>/moves/<uuid:other>", "GET"),
        ("/codes/new", "GET"),
        ("/static/<path:name>", "GET"),
        ("/years/<int(fixed_digits=4):year>", "GET"),
        ("/months/<int(fixed_digits=2):month>", "GET"),
    ]

    def rules(kind: type[routing.Rule]) -> list[routing.Rule]:
        return [kind(path, endpoint=n, methods=[method]) for n, (path, method) in enumerate(rows)]

    small, usual = AddressMap(), routing.Map(rules(routing.Rule))
    for rule in rules(Rule):
        small.add(rule)
    here, there = small.bind("study.example"), usual.bind("study.example")
    one, other = UUID(int=1), UUID(int=2)
    asked = [
        f"/codes/{one}",
        f"/codes/{one}/moves/{other}",
        "/codes/new",
        "/static/css/all.css",
        "/years/2026",
        "/months/02",
    ]
    for address in asked:
        assert here.match(address, "GET") == there.match(address, "GET")
    assert here.match(f"/codes/{one}", "POST") == (1, {"code": one})
    assert here.build(2, {"code": one, "other": other}) == asked[1]
    assert [here.build(5, {"year": 26}), here.build(6, {"month": 2})] == ["/years/0026", "/months/02"]
    with pytest.raises(NotFound):
        here.match("/codes/none")
