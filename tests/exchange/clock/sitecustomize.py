"""A wrong clock for every process of a node under test: it is as many seconds off as the file COMITY_TEST_CLOCK says.

Python runs this at its start because the test puts this directory on PYTHONPATH; the product knows nothing of it.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

if "COMITY_TEST_CLOCK" in os.environ:
    from comity.kernel import clock

    _file = Path(os.environ["COMITY_TEST_CLOCK"])

    def _now() -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(_file.read_text()))

    clock.now = _now
