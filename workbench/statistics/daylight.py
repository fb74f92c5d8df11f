"""When the sun rises and sets on a date and at a place, and when it is dark."""

import numpy as np
import pandas as pd

# Degrees from overhead: half the sun's disc and the refraction of air below the horizon, and civil twilight.
_HORIZON, _TWILIGHT = 90.833, 96.0
_NOON = np.datetime64("2000-01-01T12:00")
_DAY = 1440.0  # minutes
_ROUNDS = 2  # the sun moves on between noon and evening: once to find the hour, once to correct for it


def sun_times(days, latitude, longitude) -> pd.DataFrame:
    """Sunrise, sunset and the limits of civil twilight, by the equations of NOAA's solar calculator.

    They follow Meeus (1998, chapters 25 and 28) and are good to about a minute up to 65 degrees of latitude
    in the years 1901 to 2099, for a level horizon at sea level and usual air. Sunrise and sunset are of the
    upper edge of the sun; civil twilight has the centre 6 degrees below the horizon.

    Parameters
    ----------
    days : array_like of datetime64[D]
        Dates of the calendar at the place; a missing one gives missing times.
    latitude, longitude : array_like
        Degrees, north and east positive; one for all days or one a day.

    Returns
    -------
    DataFrame
        A row a day: day, dawn (civil twilight begins), sunrise, sunset, dusk (it ends), in minutes after
        0:00 UTC of that date. West of Greenwich an evening can exceed 1440, east of it a morning be below 0.
        Missing where the sun does not cross that height: polar day and polar night.

    Raises
    ------
    ValueError
        When a latitude is beyond 90 or a longitude beyond 180 degrees.
    """
    days, latitude, longitude = np.broadcast_arrays(
        np.atleast_1d(np.asarray(days, "datetime64[D]")), *_degrees(latitude, longitude)
    )
    found = {"day": days}
    for name, zenith, side in (
        ("dawn", _TWILIGHT, -1),
        ("sunrise", _HORIZON, -1),
        ("sunset", _HORIZON, 1),
        ("dusk", _TWILIGHT, 1),
    ):
        found[name] = _crossing(days, latitude, longitude, zenith, side)
    return pd.DataFrame(found)


def _degrees(latitude, longitude) -> tuple[np.ndarray, np.ndarray]:
    latitude, longitude = np.asarray(latitude, float), np.asarray(longitude, float)
    for name, values, most in (("latitude", latitude, 90), ("longitude", longitude, 180)):
        wrong = np.abs(values) > most
        if wrong.any():
            raise ValueError(
                f"a {name} lies between {-most} and {most} degrees, got {values[wrong].flat[0]:g}."
            )
    return latitude, longitude


def _crossing(days, latitude, longitude, zenith: float, side: int) -> np.ndarray:
    """Minutes after 0:00 UTC at which the sun passes a height, before (-1) or after (1) noon."""
    minutes = _DAY / 2 - 4 * longitude
    for _ in range(_ROUNDS + 1):
        declination, ahead = sun_position(days, minutes)
        minutes = _DAY / 2 - 4 * longitude - ahead + side * 4 * _hour_angle(latitude, declination, zenith)
    return minutes


def _hour_angle(latitude, declination, zenith: float) -> np.ndarray:
    """Degrees between noon and the passing; missing where there is none."""
    here, there = np.radians(latitude), np.radians(declination)
    with np.errstate(divide="ignore", invalid="ignore"):
        cosine = (np.cos(np.radians(zenith)) - np.sin(here) * np.sin(there)) / (np.cos(here) * np.cos(there))
        return np.degrees(np.arccos(np.where(np.abs(cosine) <= 1, cosine, np.nan)))


def sun_position(days, minutes) -> tuple[np.ndarray, np.ndarray]:
    """Declination of the sun in degrees, and the equation of time in minutes (Meeus 1998).

    Parameters
    ----------
    days : array_like of datetime64[D]
    minutes : array_like
        After 0:00 UTC of the day.
    """
    since = (np.asarray(days, "datetime64[D]") - _NOON) / np.timedelta64(1, "D")
    t = (since + np.asarray(minutes, float) / _DAY) / 36525
    mean = np.radians((280.46646 + t * (36000.76983 + t * 0.0003032)) % 360)
    anomaly = np.radians(357.52911 + t * (35999.05029 - 0.0001537 * t))
    eccentricity = 0.016708634 - t * (0.000042037 + 0.0000001267 * t)
    node = np.radians(125.04 - 1934.136 * t)
    centre = np.sin(anomaly) * (1.914602 - t * (0.004817 + 0.000014 * t))
    centre += np.sin(2 * anomaly) * (0.019993 - 0.000101 * t) + np.sin(3 * anomaly) * 0.000289
    apparent = mean + np.radians(centre - 0.00569 - 0.00478 * np.sin(node))
    tilt = 23 + (26 + (21.448 - t * (46.815 + t * (0.00059 - t * 0.001813))) / 60) / 60
    tilt = np.radians(tilt + 0.00256 * np.cos(node))
    declination = np.degrees(np.arcsin(np.sin(tilt) * np.sin(apparent)))
    return declination, _equation_of_time(mean, anomaly, eccentricity, tilt)


def _equation_of_time(mean, anomaly, eccentricity, tilt) -> np.ndarray:
    """Minutes by which the sun is ahead of the mean sun."""
    y = np.tan(tilt / 2) ** 2
    ahead = y * np.sin(2 * mean) - 2 * eccentricity * np.sin(anomaly)
    ahead += 4 * eccentricity * y * np.sin(anomaly) * np.cos(2 * mean)
    ahead -= y**2 / 2 * np.sin(4 * mean) + 1.25 * eccentricity**2 * np.sin(2 * anomaly)
    return 4 * np.degrees(ahead)
