"""When it is light in the practice city."""

import numpy as np

from workbench.practice.places import CITY_HALL

_SUMMER_TIME = np.array(
    [("2023-03-12", "2023-11-05"), ("2024-03-10", "2024-11-03"), ("2025-03-09", "2025-11-02")],
    dtype="datetime64[D]",
)
_BEHIND = 6  # hours behind UTC in winter
_DIM = -3.0  # degrees: half way from sunset to the end of civil twilight


def is_light(times: np.ndarray) -> np.ndarray:
    """Whether a face can be seen at these times.

    Parameters
    ----------
    times : array of datetime64[s]
        As the clocks of the city show them.

    Notes
    -----
    Height of the sun by Spencer's declination in its short form and the equation of time, to about a
    quarter of a degree (Duffie and Beckman 1991).
    """
    day = times.astype("datetime64[D]")
    number = (day - day.astype("datetime64[Y]").astype("datetime64[D]")).astype(int) + 1
    clock = (times - day.astype("datetime64[s]")).astype(int) / 3600
    year = 2 * np.pi * (number - 81) / 364
    equation = 9.87 * np.sin(2 * year) - 7.53 * np.cos(year) - 1.5 * np.sin(year)
    solar = clock + _BEHIND - _in_summer(day) + CITY_HALL[1] / 15 + equation / 60
    declination = np.radians(23.45) * np.sin(2 * np.pi * (284 + number) / 365)
    latitude, hour = np.radians(CITY_HALL[0]), np.radians(15 * (solar - 12))
    height = np.sin(latitude) * np.sin(declination)
    height = height + np.cos(latitude) * np.cos(declination) * np.cos(hour)
    return np.degrees(np.arcsin(height)) > _DIM


def _in_summer(day: np.ndarray) -> np.ndarray:
    """One hour where the clocks are ahead."""
    return sum(((day >= start) & (day < end)).astype(int) for start, end in _SUMMER_TIME)
