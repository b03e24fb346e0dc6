"""The example of the settings names each setting that the program knows, and no other."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from intercoder.config import SETTINGS, load_settings

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
LINE = re.compile(r"^(?P<off>#?)(?P<name>[A-Z][A-Z_]+)=(?P<value>.*)$", re.MULTILINE)


def example() -> list[re.Match[str]]:
    return list(LINE.finditer((DEPLOY / ".env.example").read_text()))


def read_by_compose() -> set[str]:
    """Return the names that compose.yaml puts in itself."""
    return set(re.findall(r"\$\{([A-Z_]+)", (DEPLOY / "compose.yaml").read_text()))


def test_every_setting_is_in_the_example_once_and_nothing_else() -> None:
    names = [line["name"] for line in example()]
    assert sorted(names) == sorted(set(SETTINGS) | read_by_compose())


@pytest.mark.parametrize("line", [line for line in example() if line["off"]], ids=lambda line: str(line["name"]))
def test_a_line_that_is_switched_off_shows_the_default(line: re.Match[str]) -> None:
    assert line["value"] == SETTINGS[line["name"]].default


def test_every_line_has_its_explanation_above_it() -> None:
    lines = (DEPLOY / ".env.example").read_text().splitlines()
    for above, line in pairwise(lines):
        if LINE.match(line):
            assert above.startswith("# "), line


def test_the_example_can_be_used_as_it_is(tmp_path: Path) -> None:
    values = {line["name"]: line["value"] for line in example() if not line["off"]}
    settings = load_settings(values | {"INTERCODER_DATA": str(tmp_path)})
    assert settings.public_url == "https://coding.example.edu"
    assert settings.sqlite
    assert settings.web_workers == 1
    assert len(settings.secret_key) >= 32


def test_the_composition_sets_only_what_the_program_knows() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    block = text[text.index("x-app:") :].split("  environment:\n")[1].split("  volumes:")[0]
    names = set(re.findall(r"^    ([A-Z_]+):", block, re.MULTILINE))
    assert {"DATABASE_URL", "REDIS_URL", "TRUST_PROXY"} <= names <= set(SETTINGS)
