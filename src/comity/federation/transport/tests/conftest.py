from comity.federation.sync.tests.conftest import *  # noqa: F403
from comity.records.tests.conftest import abroad, home, host, iraq, mission, planner, shared  # noqa: F401
