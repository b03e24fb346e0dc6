"""The sign-in page of a real server, as a browser has it."""

import http.client
import re
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from cast import PASSWORD
from services_up import LOOPBACK
from waiting import PATIENCE


class Door:
    """The sign-in page as a browser has it: its cookie and the token of its form."""

    def __init__(self, port: int) -> None:
        self._port = port
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
        connection.request("GET", "/sign-in")
        answer = connection.getresponse()
        page = answer.read().decode()
        cookie = SimpleCookie(answer.headers["Set-Cookie"])["intercoder"].value
        connection.close()
        found = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert found is not None
        self._token = found[1]
        self._headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"intercoder={cookie}"}

    def knock(
        self, email: str, password: str = "not the password", **headers: str
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Return status, headers and text of a try, with a wrong password where none is given."""
        connection = http.client.HTTPConnection(LOOPBACK, self._port, timeout=PATIENCE)
        form = {"csrf_token": self._token, "email": email, "password": password}
        connection.request("POST", "/sign-in", urlencode(form), {**self._headers, **headers})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers, text


def signed_in(port: int, email: str) -> dict[str, str]:
    """Sign a person of the cast in as a browser does; return what it sends with a change from then on."""
    status, headers, text = Door(port).knock(email, PASSWORD)
    assert status == 302, text
    set_cookies = SimpleCookie("; ".join(headers.get_all("Set-Cookie") or []))
    cookie = f"intercoder={set_cookies['intercoder'].value}"
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=PATIENCE)
    connection.request("GET", "/account", headers={"Cookie": cookie})
    answer = connection.getresponse()
    token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
    sent = SimpleCookie(answer.headers.get("Set-Cookie", "")).get("intercoder")
    connection.close()
    assert token is not None
    return {"Cookie": f"intercoder={sent.value}" if sent else cookie, "X-CSRFToken": token[1]}
