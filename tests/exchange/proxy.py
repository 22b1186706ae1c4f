"""A bad link on loopback: it loses, repeats, delays and changes what two nodes say to each other, as it is told."""

import http.client
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

WAYS = ("lose", "repeat", "change", "lose answer", "cut answer")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    link: ClassVar["BadLink"]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        way = self.link.way(self.path)
        if way == "lose":
            self.close_connection = True
            return
        if way == "change" and body:
            middle = len(body) * 2 // 3
            body = body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]
        status, headers, answer = self.link.forward(self.path, body, dict(self.headers))
        if way == "repeat":
            status, headers, answer = self.link.forward(self.path, body, dict(self.headers))
        if way == "lose answer":
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers:
            if name.lower() in ("content-type", "comity-time", "retry-after"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if way == "cut answer":
            self.close_connection = True
            answer = answer[: len(answer) // 2]
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class BadLink:
    """Forwards to a node on `port`; `choose` says for each request what goes wrong with it, "" for nothing."""

    def __init__(self, port: int, choose: Callable[[str], str]) -> None:
        self.port, self.choose = port, choose
        self.done: Counter[str] = Counter()
        self.carried: list[bytes] = []
        handler = type("Handler", (_Handler,), {"link": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def way(self, path: str) -> str:
        way = self.choose(path)
        if way:
            self.done[way] += 1
        return way

    def forward(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        self.carried.append(body)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", path, body=body, headers=headers | {"Host": f"127.0.0.1:{self.port}"})
            answer = connection.getresponse()
            data = answer.read()
            self.carried.append(data)
            return answer.status, answer.getheaders(), data
        except OSError:
            return 502, [], b""
        finally:
            connection.close()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)
