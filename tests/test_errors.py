import errno
import os
import shutil

import pytest

from workbench.errors import NO_ROOM, refusal

FULL = os.strerror(errno.ENOSPC)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, FULL), NO_ROOM),
        (OSError(errno.EDQUOT, "Quota"), NO_ROOM),
        # As Arrow, DuckDB and a copied folder put it.
        (OSError(f"Error writing bytes to file. Detail: [errno 28] {FULL}"), NO_ROOM),
        (ValueError(f'IO Error: Async write failed: {{"exception_message":"{FULL}"}}'), NO_ROOM),
        (shutil.Error([("a", "b", f"[Errno 28] {FULL}: 'b'")]), NO_ROOM),
        (PermissionError(errno.EACCES, "Permission denied", "outputs"), "Permission denied"),
        (ValueError("first line\nsecond line"), "first line"),
        (OSError(), "OSError"),
    ],
)
def test_a_full_disk_is_told_in_the_same_words_whichever_library_met_it(error, said):
    assert refusal(error) == said
