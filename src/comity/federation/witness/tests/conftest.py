from comity.federation.sync.tests.releases import release_many, release_one  # noqa: F401
from comity.records.tests.conftest import abroad, home, host, iraq, mission, planner, shared  # noqa: F401
