"""Signs the fuzzer in as someone who owns a little of everything. Some operations end the sign-in that they are called
with, or close the account: then the cases that follow get another one."""

import itertools
import os

import requests
import schemathesis

URL = os.environ["CONFAB_URL"]
PASSWORD = "correct horse battery"


class Member:
    """The account that the cases act for."""

    numbers = itertools.count(1)
    credential = None

    def get(self, case, context):
        if Member.credential is None:
            token = self._sign_in() or self._sign_up()
            assert token, "without a sign-in, nothing would be tried"
            Member.credential = f"Bearer {token}"
        return Member.credential

    def set(self, case, credential, context):
        case.headers["Authorization"] = credential

    def _sign_in(self):
        return self._token("/api/v1/sessions", login="ada")

    def _sign_up(self):
        return self._token("/api/v1/accounts", username=f"fuzzer-{next(self.numbers)}")

    @staticmethod
    def _token(path, **account):
        answer = requests.post(URL + path, json={**account, "password": PASSWORD}, timeout=10)
        return answer.json().get("token")


if os.environ["CONFAB_FUZZ_AS"] == "member":
    schemathesis.auth(refresh_interval=None)(Member)


@schemathesis.serializer("application/offset+octet-stream")
def bytes_of_a_file(context, value):
    return {"data": value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")}


@schemathesis.hook
def after_call(context, case, response):
    if response.status_code == 401 and (case.headers or {}).get("Authorization") == Member.credential:
        Member.credential = None
