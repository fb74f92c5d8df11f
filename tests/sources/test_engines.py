"""The fixtures that other rooms rely on: one frame means the same on the three engines."""

from datetime import date, datetime

import pandas as pd

TIME = datetime(2025, 1, 1, 12, 0, 0, 123456)


def test_a_frame_comes_back_equal_from_every_engine(on_engine):
    frame = pd.DataFrame(
        {
            "text": ["a", None, "é"],
            "whole": pd.array([1, None, 3], dtype="Int64"),
            "number": [1.5, None, 2.0],
            "yes": pd.array([True, None, False], dtype="boolean"),
            "day": [date(2025, 1, 1), None, date(2024, 2, 29)],
            "time": pd.Series([TIME, None, datetime(2024, 2, 29)], dtype="datetime64[us]"),
        }
    )
    table = on_engine(frame)
    rows = table.order_by(table.whole.fill_null(2)).to_pyarrow().to_pylist()
    assert rows == [
        {"text": "a", "whole": 1, "number": 1.5, "yes": True, "day": date(2025, 1, 1), "time": TIME},
        {"text": None, "whole": None, "number": None, "yes": None, "day": None, "time": None},
        {
            "text": "é",
            "whole": 3,
            "number": 2.0,
            "yes": False,
            "day": date(2024, 2, 29),
            "time": datetime(2024, 2, 29),
        },
    ]
