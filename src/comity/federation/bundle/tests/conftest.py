from comity.federation.bundle.tests.spoken import keeper, row, said, sent, speaker  # noqa: F401
from comity.federation.sync.tests.conftest import _no_keys_from_before, _nobody_says_more  # noqa: F401
from comity.federation.sync.tests.releases import release_many, release_one  # noqa: F401
from comity.federation.tests.passwords import quick_passwords  # noqa: F401
from comity.records.tests.conftest import abroad, home, host, iraq, mission, planner, shared  # noqa: F401
