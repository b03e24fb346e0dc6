"""What is said of a proposed label is said in the same words where it is coded and on the page of its round."""

import re

import pytest

from intercoder.paths import asset_dir
from intercoder.reports.words import WORDS

SAID = re.compile(r'(\w+): \(\) => gettext\("([^"]+)"')


@pytest.mark.parametrize("state", ["proposed", "active", "declined", "retired", "split"])
def test_a_proposal_is_told_alike_on_both_pages(state: str) -> None:
    coding = dict(SAID.findall((asset_dir("static") / "js/coding/proposals.js").read_text("utf-8")))
    assert coding[state] == WORDS["proposal_state"][state]
