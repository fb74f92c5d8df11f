"""A mail server and a web address on this machine, which keep what they are sent."""

import asyncio
import json
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from aiosmtpd.smtp import SMTP, AuthResult

PASSWORD = "sw0rdfish"


class MailServer:
    """Receives mail; ``letters`` are what came, ``url`` an address there with a password in it."""

    def __init__(self):
        self.letters, self.who = [], []
        self._loop = asyncio.new_event_loop()
        # In the thread from the start: that of the test may run the loop of a browser.
        self._thread = Thread(target=self._loop.run_forever)
        self._thread.start()
        opening = self._loop.create_server(self._session, "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(opening, self._loop).result()

    def _session(self) -> SMTP:
        return SMTP(self, authenticator=self._known, auth_require_tls=False, loop=self._loop)

    def _known(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.who.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    @property
    def port(self) -> int:
        return self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._server.close()
        self._loop.close()

    @property
    def url(self) -> str:
        return f"mailto://office:{PASSWORD}@127.0.0.1:{self.port}/?from=office@tiny.example&to=head@tiny.example&mode=insecure"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 kept"


@pytest.fixture
def mail():
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def hook():
    """A web address: ``hook.got`` is the JSON that was sent there, ``hook.answer`` the status that it answers."""

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self):  # noqa: N802
            server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(server.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    server.got, server.answer = [], 200
    server.url = f"json://hook:{PASSWORD}@127.0.0.1:{server.server_port}/{PASSWORD}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def declare():
    """Write ``private/notify.yml`` of a city."""

    def written(city, text: str) -> None:
        (city / "private").mkdir(parents=True, exist_ok=True)
        (city / "private" / "notify.yml").write_text(f"format: 1\n{text}")

    return written
