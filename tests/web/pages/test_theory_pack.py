"""The page of the manuscript pack: the numbers of the coding process, each with the list behind it."""

import re
from collections.abc import Callable

import pytest

from intercoder.clock import now
from intercoder.models import MappingAct, MappingKind
from model_study import ModelStudy
from web.pages.conftest import Visitor

pytestmark = pytest.mark.sqlite
NUMBERS = re.compile(r'<dt>([^<]+)</dt>\s*<dd class="number">\s*(?:<a href="([^"]+)">)?\s*([\d,]+)', re.DOTALL)


def numbers(page: str) -> dict[str, tuple[int, str]]:
    """Return name → number and address of what is told of the coding process."""
    told = page.partition('id="h-process"')[2].partition("</dl>")[0]
    return {name: (int(number.replace(",", "")), address) for name, address, number in NUMBERS.findall(told)}


def test_each_number_of_the_coding_process_opens_its_list(model: ModelStudy, visit: Callable[[str], Visitor]) -> None:
    lena = visit("lena")
    found = numbers(lena.get(f"/projects/{model.cast.project}/theory/pack").get_data(as_text=True))
    wanted = {"Labels applied": 407, "Concepts": 21, "Themes": 8, "Constructs": 4, "Times that codes were merged": 0}
    assert {name: number for name, (number, _) in found.items() if name in wanted} == wanted
    assert found["Passages"][0] >= 407
    for name, (_, address) in found.items():
        answer = lena.get(address.replace("&amp;", "&"))
        assert answer.status_code == 200, (name, address)
    opened = lena.get(found["Labels applied"][1].replace("&amp;", "&")).get_data(as_text=True)
    assert "旧物改用" in opened


def test_merges_of_own_labels_are_nobody_elses_to_know(model: ModelStudy, visit: Callable[[str], Visitor]) -> None:
    path, merged = f"/projects/{model.cast.project}/theory/pack", "Times that codes were merged"
    for number, told in ((None, 0), (1000, 1)):
        with model.cast.database.transaction() as session:
            act = MappingAct(
                project_id=model.cast.project,
                number=number,
                kind=MappingKind.MERGED,
                actor_id=model.cast.people["ai"].id,
                at=now(),
                round_id=None if number else model.round,
            )
            session.add(act)
        assert numbers(visit("lena").get(path).get_data(as_text=True))[merged][0] == told


def test_who_may_not_read_the_log_is_led_nowhere_from_what_stands_there(
    model: ModelStudy, visit: Callable[[str], Visitor]
) -> None:
    page = visit("olga").get(f"/projects/{model.cast.project}/theory/pack")
    assert page.status_code == 200
    found = numbers(page.get_data(as_text=True))
    number, address = found["Times that codes were merged"]
    assert number == 0
    assert bool(address) == (visit("olga").get(f"/projects/{model.cast.project}/log").status_code == 200)
