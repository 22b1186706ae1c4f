from tests.exchange.conftest import made, sides  # noqa: F401
