"""A partner's certificate carries a key that its manifest names, whoever signed it; any other ends the conversation."""

import hashlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from comity.federation.transport.addresses import networks
from comity.federation.transport.client import Answer, Client, Unreachable

pytestmark = pytest.mark.node  # a server on loopback
LOOPBACK = networks("127.0.0.0/8")
ANOTHER = hashlib.sha256(b"another key").hexdigest()


class Desk(BaseHTTPRequestHandler):
    """Answers every question with what was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as its base has it
        """Nothing."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[int, str]]:
    """A port with TLS, whose certificate nobody signed but itself, and the hash of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    file = tmp_path / "desk.pem"
    file.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with HTTPServer(("127.0.0.1", 0), Desk) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        yield server.server_address[1], hashlib.sha256(public).hexdigest()
        server.shutdown()
        thread.join(10)


def post(port: int, pins: str = "") -> Answer:
    with closing(Client(f"https://127.0.0.1:{port}{pins}", allowed=LOOPBACK)) as client:
        return client.post("/", b"asked", {})


def test_a_named_key_is_enough(desk: tuple[int, str]):
    port, pin = desk
    assert post(port, f"#sha256={pin}").body == b"asked"
    assert post(port, f"#sha256={ANOTHER},{pin}").body == b"asked"


def test_another_key_ends_it_before_anything_is_asked(desk: tuple[int, str]):
    with pytest.raises(Unreachable, match="another key"):
        post(desk[0], f"#sha256={ANOTHER}")


def test_without_a_named_key_authorities_decide(desk: tuple[int, str]):
    with pytest.raises(Unreachable, match="certificate"):
        post(desk[0])
