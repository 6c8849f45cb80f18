"""Labels spread along an axis keep their distance and their order, whatever is wanted."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from iomodel.plot.labels import spread

places = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@given(places, st.floats(0.0, 0.2))
def test_labels_along_an_axis_keep_distance_order_and_room(wanted: list[float], gap: float) -> None:
    placed = spread(wanted, gap, 0.0, 1.0)
    room = gap if len(wanted) == 1 else min(gap, 1 / (len(wanted) - 1))
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(placed[order]) >= room - 1e-9).all()
    assert placed.min() >= -1e-9
    assert placed.max() <= 1 + 1e-9


@given(places)
def test_labels_with_room_stay_where_they_belong(wanted: list[float]) -> None:
    np.testing.assert_allclose(spread(wanted, 0.0, 0.0, 1.0), wanted, atol=1e-12)
