"""Handing files over: into a folder, or to an HTTPS address. Plain Python.

What is not ours is not trusted. An address is looked up once and the connection made to what was
found, so that it cannot mean another machine a moment later; machines inside the network are
reached only where the installation lists their name. No redirect is followed, little of an answer
is read, and the whole of it has one deadline.
"""

import contextlib
import http.client
import os
import re
import secrets
import socket
import ssl
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv6Address, IPv6Network, ip_address
from pathlib import Path
from threading import Timer
from urllib.parse import SplitResult, urlsplit

ANSWER_BYTES = 2_000  # that we read of an answer
ANSWER_KEPT = 200  # characters of it that a receipt keeps
CONNECT_SECONDS = 5.0
WHOLE_SECONDS = 30.0
_TRANSLATED = IPv6Network("64:ff9b::/96")  # means an address of the old kind
FOLDER = re.compile(r"[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")


class Fault(StrEnum):
    NO_PAPER = "no_paper"
    NO_FOLDER = "no_folder"
    NO_SECRET = "no_secret"  # noqa: S105 (a fault, not a secret)
    NO_ADDRESS = "no_address"
    PRIVATE = "private"
    NOT_SAFE = "not_safe"
    NO_ANSWER = "no_answer"
    REDIRECT = "redirect"
    REFUSED = "refused"


class NotSent(Exception):
    """It was not taken. Carries why, and what was answered, if anything."""

    def __init__(self, fault: Fault, *, code: int | None = None, answer: str = "") -> None:
        super().__init__(fault.value)
        self.fault, self.code, self.answer = fault, code, answer


@dataclass(frozen=True, slots=True)
class Answer:
    code: int
    words: str


@dataclass(frozen=True, slots=True)
class Part:
    """One file of what is handed over."""

    name: str
    field: str
    content_type: str
    content: bytes


# -- a folder -------------------------------------------------------------------------------------


def is_folder(name: str) -> bool:
    """Whether a name stays below where it begins: letters, digits, - and _, parts between /."""
    return FOLDER.fullmatch(name) is not None


def to_folder(root: Path, below: str, folder: str, parts: list[Part]) -> None:
    """Write files into a folder, each whole or not at all; again replaces them. Raises NotSent.

    The folder lies in `below`, the authority's own part of `root`, also after links are followed.
    """
    try:
        own = root.resolve(strict=True) / below
        own.mkdir(mode=0o750, exist_ok=True)
        target = own / folder
        if not is_folder(folder) or not target.resolve().is_relative_to(own.resolve()):
            raise NotSent(Fault.NO_FOLDER)
        if own.resolve() != own:
            raise NotSent(Fault.NO_FOLDER)
        target.mkdir(mode=0o750, parents=True, exist_ok=True)
        for part in parts:
            _write(target, part)
    except OSError:
        raise NotSent(Fault.NO_FOLDER) from None


def _write(folder: Path, part: Part) -> None:
    """Write beside its name and then rename: whoever watches the folder sees whole files only."""
    beside = folder / f".{part.name}.part"
    beside.unlink(missing_ok=True)
    with beside.open("xb") as file:
        file.write(part.content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / part.name)


# -- an address -----------------------------------------------------------------------------------


def address_fault(url: str) -> str:
    """Say what is wrong with an address, in a sentence; empty where nothing is."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "Enter a whole address, like https://files.council.example/plans"
    if parts.scheme != "https":
        return "The address must begin with https://"
    if not parts.hostname or port == 0:
        return "Enter a whole address, like https://files.council.example/plans"
    if parts.username or parts.password:
        return "Leave the name and password out of the address: the secret is sent beside it"
    if parts.query or parts.fragment:
        return "Leave out what comes after ? or #"
    return ""


def to_endpoint(
    url: str,
    parts: list[Part],
    *,
    key: str,
    secret: str,
    private_hosts: frozenset[str],
    whole_seconds: float = WHOLE_SECONDS,
) -> Answer:
    """Post files to an HTTPS address. Raises NotSent unless it answers that it took them."""
    if address_fault(url):
        raise NotSent(Fault.NO_ADDRESS)
    if not secret:
        raise NotSent(Fault.NO_SECRET)
    split = urlsplit(url)
    addresses = _looked_up(split, private_hosts)
    body, content_type = _multipart(parts)
    connection = _Pinned(split, addresses)
    deadline = Timer(whole_seconds, connection.cut)
    deadline.daemon = True
    deadline.start()
    try:
        headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": content_type,
            "Idempotency-Key": key,
            "User-Agent": "virtual-school",
            "Accept": "text/plain, application/json",
        }
        connection.request("POST", split.path or "/", body=body, headers=headers)
        answer = _answer(connection.getresponse())
        if connection.is_cut:  # half a heading reads like a whole one
            raise NotSent(Fault.NO_ANSWER)
        return answer
    except ssl.SSLError:
        raise NotSent(Fault.NOT_SAFE) from None
    except (OSError, http.client.HTTPException, ValueError):
        raise NotSent(Fault.NO_ANSWER) from None
    finally:
        deadline.cancel()
        connection.close()


def _looked_up(split: SplitResult, private_hosts: frozenset[str]) -> list[str]:
    """The addresses of a host, looked up once. Raises NotSent where one of them is not public."""
    host = (split.hostname or "").lower()
    try:
        found = socket.getaddrinfo(host, split.port or 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise NotSent(Fault.NO_ADDRESS) from None
    addresses = [str(entry[4][0]) for entry in found]
    if host not in private_hosts and not all(map(is_public, addresses)):
        raise NotSent(Fault.PRIVATE)
    return addresses


def is_public(address: str) -> bool:
    """Whether an address is one of the internet at large, also inside one that wraps another."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip.sixtofour is not None or ip.teredo is not None:
            return False
        if ip in _TRANSLATED:
            return False
    return ip.is_global and not ip.is_multicast


class _Pinned(http.client.HTTPSConnection):
    """A connection to the address that was looked up, with the host's own certificate."""

    def __init__(self, split: SplitResult, addresses: list[str]) -> None:
        self._addresses, self._safe = addresses, ssl.create_default_context()
        self._held: ssl.SSLSocket | None = None
        self.is_cut = False
        super().__init__(
            split.hostname or "", split.port or 443, timeout=CONNECT_SECONDS, context=self._safe
        )

    def connect(self) -> None:
        plain = self._connected()
        try:
            self.sock = self._held = self._safe.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise
        self.sock.settimeout(WHOLE_SECONDS)

    def _connected(self) -> socket.socket:
        for address in self._addresses:
            with contextlib.suppress(OSError):
                return socket.create_connection((address, self.port), CONNECT_SECONDS)
        raise ConnectionError

    def cut(self) -> None:
        """End it whatever it waits for: the time is over.

        An answer that ends with the connection is read from a socket that `sock` forgets.
        """
        self.is_cut = True
        if self._held is not None:
            with contextlib.suppress(OSError):
                self._held.shutdown(socket.SHUT_RDWR)


def _answer(response: http.client.HTTPResponse) -> Answer:
    read = response.read(ANSWER_BYTES).decode("utf-8", "replace")
    words = " ".join("".join(c if c.isprintable() else " " for c in read).split())[:ANSWER_KEPT]
    if 300 <= response.status < 400:
        raise NotSent(Fault.REDIRECT, code=response.status)
    if not 200 <= response.status < 300:
        raise NotSent(Fault.REFUSED, code=response.status, answer=words)
    return Answer(response.status, words)


def _multipart(parts: list[Part]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(24)
    lines = [b"\r\n".join([*_heading(part, boundary), b"", part.content]) for part in parts]
    body = b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])
    return body, f"multipart/form-data; boundary={boundary}"


def _heading(part: Part, boundary: str) -> list[bytes]:
    told = f'form-data; name="{part.field}"; filename="{part.name}"'
    return [
        f"--{boundary}".encode(),
        f"Content-Disposition: {told}".encode(),
        f"Content-Type: {part.content_type}".encode(),
    ]
