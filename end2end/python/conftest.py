"""What every test has at hand: a server of its own, programs that talk to it, and sockets that keep what they hear."""

import tempfile
from http.cookiejar import DefaultCookiePolicy

import pytest
import requests
import socketio
from place import Place

PASSWORD = "correct horse battery"
# How long anything may take, in seconds. Waited out only by a test that fails.
PATIENCE = 20


class Client:
    """A program that talks to one of the APIs. It keeps cookies only where it is told to, as a browser does."""

    def __init__(self, url, token=None, keeps_cookies=False):
        self.url = url
        self.session = requests.Session()
        if not keeps_cookies:
            self.session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if token:
            self.session.headers["Authorization"] = f"Bearer {token}"

    def bearing(self, token):
        return Client(self.url, token)

    def get(self, path, status=200):
        return self._ask("GET", path, status)

    def post(self, path, body=None, status=201, **more):
        return self._ask("POST", path, status, json=body, **more)

    def put(self, path, body, status=200):
        return self._ask("PUT", path, status, json=body)

    def delete(self, path, status=200):
        return self._ask("DELETE", path, status)

    def _ask(self, method, path, status, **more):
        answer = self.session.request(method, self.url + path, timeout=PATIENCE, **more)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()


class Ear:
    """A Socket.IO client that takes events in their order and keeps those that a test hasn't asked for."""

    def __init__(self, url, transports=None, **how):
        self._client = socketio.SimpleClient(reconnection=False)
        self._kept = []
        self._client.connect(url, transports=transports, wait_timeout=PATIENCE, **how)

    @property
    def transport(self):
        return self._client.transport

    def emit(self, event, data=None):
        self._client.emit(event, data)

    def ask(self, event, data=None):
        return self._client.call(event, data, timeout=PATIENCE)

    def next(self, event, **fields):
        """The first event of this name whose payload has these fields."""
        for at, kept in enumerate(self._kept):
            if self._fits(kept, event, fields):
                return self._kept.pop(at)[1]
        while True:
            came = self._receive(event)
            if self._fits(came, event, fields):
                return came[1]
            self._kept.append(came)

    def heard(self, event):
        return [kept[1] for kept in self._kept if kept[0] == event]

    def close(self):
        self._client.disconnect()

    def _receive(self, event):
        try:
            came = self._client.receive(timeout=PATIENCE)
        except socketio.exceptions.TimeoutError:
            raise AssertionError(f"never heard {event}, but {self._kept}") from None
        return came if len(came) > 1 else [*came, None]

    @staticmethod
    def _fits(came, event, fields):
        return came[0] == event and all(came[1].get(name) == value for name, value in fields.items())


@pytest.fixture
def place():
    with tempfile.TemporaryDirectory(prefix="confab-python-") as folder:
        place = Place(folder)
        yield place
        place.close()


@pytest.fixture
def client(place):
    return Client(place.url)


@pytest.fixture
def listen(place):
    ears = []

    def open_one(token=None, **how):
        ears.append(Ear(how.pop("url", place.url), auth={"token": token} if token else how.pop("auth", None), **how))
        return ears[-1]

    yield open_one
    for ear in ears:
        ear.close()


@pytest.fixture(params=["polling", "websocket", "upgrade"])
def transports(request):
    """Every way in which a client may come to talk; left to itself, it begins by polling and upgrades."""
    return ["polling", "websocket"] if request.param == "upgrade" else [request.param]
