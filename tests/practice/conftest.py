"""The practice city, made once for all tests of its room."""

import time
from pathlib import Path

import pandas as pd
import pytest

from workbench.catalog import load
from workbench.catalog.model import Catalog
from workbench.practice import generate

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """What the practice city declares."""
    return load(ROOT)


@pytest.fixture(scope="session")
def city(tmp_path_factory) -> Path:
    """A folder with the practice city's sources at full size."""
    folder = tmp_path_factory.mktemp("city")
    begun = time.perf_counter()
    made = generate(folder)
    print(f"\n{made} after {time.perf_counter() - begun:.1f} s: {made.sizes}")
    return folder


@pytest.fixture(scope="session")
def sources(city, catalog) -> dict[str, pd.DataFrame]:
    """Every source as text, columns named as in the catalog."""
    found = {}
    for name, source in catalog.sources.items():
        path = city / source.location
        if path.suffix == ".xlsx":
            table = pd.read_excel(path, sheet_name=source.sheet, engine="calamine")
        else:
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
        found[name] = table.rename(columns={column.name: id for id, column in source.columns.items()})
    return found
