from comity.federation.sync.tests.conftest import *  # noqa: F403
