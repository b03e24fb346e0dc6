"""Guest, Bunce & Johnson 2006, Field Methods 18: 59-82: batches of six interviews."""

import pytest

from intercoder.stats.saturation.stopping import cumulative_shares

#: 80 of the 109 codes of Ghana after 6 interviews, 100 after 12; how they fell within a batch is ours.
GHANA = [30, 18, 12, 9, 6, 5, 4, 4, 4, 3, 3, 2, *[1] * 8, 0, 1, *[0] * 8]


def test_the_shares_of_ghana_are_73_and_92_percent_of_its_own_codes() -> None:
    shares = cumulative_shares(GHANA)
    assert [share.documents for share in shares] == [6, 12, 18, 24, 30]
    assert [share.codes for share in shares[:2]] == [80, 100]
    assert [share.share_of_final for share in shares[:2]] == pytest.approx([0.734, 0.917], abs=5e-4)


def test_a_last_batch_may_be_short_and_no_code_has_no_share() -> None:
    assert [share.documents for share in cumulative_shares([1] * 8)] == [6, 8]
    assert cumulative_shares([0, 0])[0].share_of_final is None
    assert cumulative_shares([]) == ()
