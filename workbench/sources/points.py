"""Coordinates become places: points on a default coordinate set aside, others joined to boundaries."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa
import shapely

from workbench.catalog.model import Catalog
from workbench.catalog.tables import Points, Source
from workbench.sources.boundaries import boundary_of
from workbench.sources.parsing import PARSED

NO_PLACE, NO_COORDINATE = "no_place", "no_coordinate"
DEFAULT, OUTSIDE = "default_coordinate", "outside_boundaries"
ROUNDING = 1e-9  # degrees; 42.3595 - 42.3594 is a little more than 0.0001 in binary


def join_places(connection: duckdb.DuckDBPyConnection, catalog: Catalog, source: Source) -> dict[str, int]:
    """Fill the place column of ``parsed`` where it is blank, and count what could not be placed.

    Returns
    -------
    dict of str to int
        Rows as read, rejected ones included: ``no_place`` (blank as found, where the source names
        places), ``default_coordinate``, ``no_coordinate``, ``outside_boundaries``; reasons without
        rows are left out.

    Raises
    ------
    SourceError
        When the boundary file is missing or not what it is declared to be.
    """
    points = source.points
    # Qualified, because a city may call its own columns `y`, `place` or `reason`.
    y, x, into = (f'{PARSED}."{name}"' for name in (points.latitude, points.longitude, points.into))
    spots = connection.sql(f"SELECT DISTINCT {y} AS y, {x} AS x FROM {PARSED} ORDER BY ALL").to_arrow_table()
    reasons, places = _located(spots, points, *boundary_of(catalog, points.place_level))
    located = spots.append_column("reason", reasons).append_column("place", places)
    connection.register("located", located)
    here = f"located.y IS NOT DISTINCT FROM {y} AND located.x IS NOT DISTINCT FROM {x}"
    counts = dict(
        connection.execute(
            f"""
            SELECT located.reason, count(*) FROM {PARSED} JOIN located ON {here}
            WHERE located.reason IS NOT NULL GROUP BY ALL
            UNION ALL SELECT ?, count(*) FROM {PARSED} WHERE {into} IS NULL
            """,
            [NO_PLACE],
        ).fetchall()
    )
    fill = f'SET "{points.into}" = located.place FROM located WHERE {here} AND {into} IS NULL'
    connection.execute(f"UPDATE {PARSED} {fill}")
    connection.unregister("located")
    if points.into not in source.columns:
        del counts[NO_PLACE]
    return {reason: rows for reason, rows in sorted(counts.items()) if rows}


def _located(spots: pa.Table, points: Points, names: list[str], shapes) -> tuple[pa.Array, pa.Array]:
    """For each coordinate the reason why it has no place, or its place."""
    y, x = (spots.column(name).to_numpy().astype(float) for name in ("y", "x"))
    at_default, reach = np.zeros(len(y), dtype=bool), points.tolerance + ROUNDING
    for latitude, longitude in points.default:
        at_default |= (abs(y - latitude) <= reach) & (abs(x - longitude) <= reach)
    absent = np.isnan(y) | np.isnan(x)
    places = np.full(len(y), None, dtype=object)
    inside = np.flatnonzero(~absent & ~at_default)
    if names:
        spot, shape = shapely.STRtree(shapes).query(
            shapely.points(x[inside], y[inside]), predicate="intersects"
        )
        # a point on a border lies in two places: the first in the file has it
        order = np.lexsort((shape, spot))
        own, first = np.unique(spot[order], return_index=True)
        places[inside[own]] = np.array(names, dtype=object)[shape[order][first]]
    outside = ~absent & ~at_default & (places == None) & bool(names)  # noqa: E711 elementwise
    reasons = np.select([absent, at_default, outside], [NO_COORDINATE, DEFAULT, OUTSIDE], "")
    return pa.array([reason or None for reason in reasons.tolist()], pa.string()), pa.array(
        places, pa.string()
    )
