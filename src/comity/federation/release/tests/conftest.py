from comity.federation.tests.passwords import quick_passwords  # noqa: F401
from comity.records.tests.conftest import abroad, home, host, iraq, mission, planner, shared  # noqa: F401
