import gzip

import pandas as pd

from workbench.practice.files import write_csv


def test_a_packed_file_has_the_same_header_under_every_python(tmp_path):
    write_csv(pd.DataFrame({"district": ["North", None], "cases": [2, 3]}), tmp_path / "cases.csv.gz")
    content = (tmp_path / "cases.csv.gz").read_bytes()
    # Ten bytes: gzip, deflate, no name, no time, least compression, Unix.
    assert content[:10] == bytes.fromhex("1f8b 08 00 00000000 04 03")
    assert gzip.decompress(content) == b'"district","cases"\n"North",2\n,3\n'
