"""Limits are set on one half of the people looked at and tried on the other."""

from pathlib import Path

import pytest

from tryon.engines.local.lab.limits import Looked, Tried, halves, limits_from, read_looked, tried_on

PUBLISHED = {"kept": (0.8, 1.0), "left": (0.0, 0.1), "stretch": (1.0, 9.0), "size": (0.6, 1.6)}


def looked(person: str, good: bool, kept: float = 1.0, left: float = 0.0) -> Looked:
    return Looked(person, good, {"kept": kept, "left": left, "stretch": 1.5, "size": 1.1})


def test_nobody_is_in_both_halves() -> None:
    pictures = [looked(person, True) for person in ("ann", "ben", "cem", "ann", "dua", "ben")]
    one, other = halves(pictures)
    assert {picture.person for picture in one} == {"ann", "cem"}
    assert {picture.person for picture in other} == {"ben", "dua"}
    assert len(one) + len(other) == len(pictures)


def test_a_limit_lies_a_margin_beyond_the_worst_good_picture() -> None:
    pictures = [looked("ann", True, kept=0.96, left=0.04), looked("ann", False, kept=0.2, left=0.9)]
    drawn = limits_from(pictures, PUBLISHED)
    assert drawn["kept"] == pytest.approx((0.95, 1.0))
    assert drawn["left"] == pytest.approx((0.0, 0.05))
    assert drawn["stretch"] == pytest.approx((1.0, 1.625))
    assert drawn["size"] == pytest.approx((0.875, 1.125)), "a ratio may be off on both sides"


def test_good_pictures_refused_and_bad_ones_shown_are_both_counted() -> None:
    pictures = [
        looked("ann", True),
        looked("ann", True, left=0.2),
        looked("ben", False, kept=0.5),
        looked("ben", False),
    ]
    assert tried_on(pictures, PUBLISHED) == Tried(good=2, bad=2, good_refused=1, bad_refused=1)


def test_rows_nobody_looked_at_are_left_out(tmp_path: Path) -> None:
    table = tmp_path / "sheet.csv"
    table.write_text("person,kept,left,looks\nann,0.9,,Good\nben,0.8,0.1,\ncem,0.7,0.2,bad\n")
    assert read_looked(table, PUBLISHED) == [
        Looked("ann", True, {"kept": 0.9}), Looked("cem", False, {"kept": 0.7, "left": 0.2}),
    ]  # fmt: skip


@pytest.mark.parametrize("content", ["person,kept\nann,1\n", "person,looks\nann,nice\n", ""])
def test_a_table_without_verdicts_says_what_is_missing(tmp_path: Path, content: str) -> None:
    table = tmp_path / "sheet.csv"
    table.write_text(content)
    with pytest.raises(ValueError, match="looks"):
        read_looked(table, PUBLISHED)
