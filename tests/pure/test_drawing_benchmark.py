"""The draw's part of `onedoor bench`, on a frame small enough to be quick."""

import re

from coordinator.drawing_benchmark import drawing


def test_the_draw_is_measured_on_as_many_units_as_are_asked_for_and_holds() -> None:
    reading, drawn, verified, overlap = drawing(20_000)
    assert reading.what == "读入并核对20,000户次的抽样框"
    assert verified.found == "成立"
    opened, least, apart = (int(figure.replace(",", "")) for figure in re.findall(r"[\d,]+", overlap.found))
    assert drawn.found == f"抽中{apart:,}户次"
    assert 0.9 * least < opened < apart
