"""Mails: sent after the commit through a real SMTP conversation, with links of the public address only."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from flask import Flask

from cast import Cast, Client
from intercoder.db import Database
from intercoder.web import mail
from waiting import until

pytestmark = pytest.mark.sqlite


@dataclass
class Postbox:
    """A mail server and what it has received."""

    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)


class Conversation(socketserver.StreamRequestHandler):
    """As much SMTP as a client needs."""

    server: "Listener"

    def handle(self) -> None:
        self.say("220 box")
        while line := self.rfile.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                sent = message_from_bytes(b"".join(lines), policy=policy.default)
                assert isinstance(sent, EmailMessage)
                self.server.box.received.append(sent)
            self.say("221 bye" if verb == b"QUIT" else "250 ok")
            if verb == b"QUIT":
                return

    def say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Listener(socketserver.ThreadingTCPServer):
    """Takes one conversation after the other on the loopback address."""

    def __init__(self, box: Postbox) -> None:
        self.box = box
        super().__init__(("127.0.0.1", 0), Conversation)


@contextmanager
def postbox() -> Iterator[Postbox]:
    """Listen on loopback."""
    box = Postbox()
    with Listener(box) as listener:
        box.port = listener.server_address[1]
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        yield box
        listener.shutdown()


def with_mail(app: Flask, port: int, public_url: str | None = "https://coding.example.org") -> None:
    app.extensions["settings"] = replace(
        app.extensions["settings"],
        smtp_url=f"smtp://127.0.0.1:{port}",
        public_url=public_url,
        mail_from="study@example.org",
    )


def test_an_invitation_is_mailed_with_a_link_of_the_public_address(app: Flask, cast: Cast, database: Database) -> None:
    with postbox() as box:
        with_mail(app, box.port)
        lena = Client(app, database, cast.people["lena"])
        made = lena.post(
            f"/api/v1/projects/{cast.project}/invitations",
            {"email": "new@study.example", "roles": ["coder"]},
            Host="localhost",
            Accept_Language="zh",
        )
        assert made["mailed"] is True
        until(lambda: box.received, "no mail came")
    (sent,) = box.received
    assert (sent["To"], sent["From"]) == ("new@study.example", "study@example.org")
    assert "九案例：数字化转型中的资源行动" in sent["Subject"]
    body = sent.get_content()
    assert made["link"] in body
    assert made["link"].startswith("https://coding.example.org/invitations/")


def test_without_a_mail_server_or_a_public_address_the_link_is_only_shown(
    app: Flask, cast: Cast, database: Database
) -> None:
    lena = Client(app, database, cast.people["lena"])
    path = f"/api/v1/projects/{cast.project}/invitations"
    assert lena.post(path, {"email": "a@study.example", "roles": ["coder"]})["mailed"] is False
    with_mail(app, 9, public_url=None)
    assert lena.post(path, {"email": "b@study.example", "roles": ["coder"]})["mailed"] is False


def test_work_that_is_rolled_back_sends_no_mail(app: Flask, cast: Cast, database: Database) -> None:
    with postbox() as box:
        with_mail(app, box.port)
        link = "https://coding.example.org/x"
        for address, end in (("undone@study.example", "rollback"), ("kept@study.example", "commit")):
            session = database.session()
            with app.test_request_context("/"):
                assert mail.send_after_commit(session, address, "invitation", project="P", inviter="I", link=link)
            getattr(session, end)()
            session.close()
        until(lambda: "kept@study.example" in [sent["To"] for sent in box.received], "no mail came")
    assert len(box.received) == 1


def test_a_mail_server_that_is_away_does_not_undo_the_invitation(app: Flask, cast: Cast, database: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with_mail(app, port)
    lena = Client(app, database, cast.people["lena"])
    path = f"/api/v1/projects/{cast.project}/invitations"
    assert lena.post(path, {"email": "new@study.example", "roles": ["coder"]})["mailed"] is True
    assert [i["email"] for i in lena.get(path)] == ["new@study.example"]
