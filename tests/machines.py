"""Two machines for a test: each a network namespace of its own, with a cable to this one.

Who may not make namespaces, as in many containers, gets two addresses of the loopback instead: still two hosts, of which one
can be killed, on a shorter cable. Where every test must run as it is meant (`REMONTEE_REQUIRE_ALL`), that is a failure.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

NAMESPACES = "in network namespaces"
LOOPBACK = "on loopback addresses"
PORT = 8000
REQUIRE_ALL = "REMONTEE_REQUIRE_ALL"
"""The environment variable by which nothing may be left out."""


@dataclass(frozen=True)
class Machine:
    """Where it is reached, where it reaches this machine, and the command that others run inside."""

    address: str
    outside: str
    inside: tuple[str, ...] = ()


@cache
def way() -> str:
    """What this machine lets a test do."""
    name = f"remontee-try-{os.getpid()}"
    try:
        _ip("netns", "add", name)
        try:
            _ip("link", "add", f"rm{os.getpid()}", "type", "veth", "peer", "name", "there", "netns", name)
        finally:
            _ip("netns", "del", name)
    except (OSError, subprocess.CalledProcessError):
        return LOOPBACK
    return NAMESPACES


@contextmanager
def machines(count: int) -> Iterator[list[Machine]]:
    """So many machines, and nothing of them left."""
    if way() == LOOPBACK:
        assert not os.environ.get(REQUIRE_ALL), "no network namespace can be made here"
        yield [Machine(f"127.0.0.{2 + place}", "127.0.0.1") for place in range(count)]
        return
    made = []
    try:
        for place in range(count):
            made.append(f"remontee-{os.getpid()}-{place}")
            _ip("netns", "add", made[-1])
        yield [_connect(name, place) for place, name in enumerate(made)]
    finally:
        for name in made:
            _ip("netns", "del", name)


def _connect(name: str, place: int) -> Machine:
    """Lays a cable, with a network of two addresses from the block that is kept for tests (RFC 2544)."""
    network = (os.getpid() * 4 + place) % 2**15
    high, low = divmod(network * 4, 256)
    here, there = (f"198.{18 + high // 256}.{high % 256}.{low + end}" for end in (1, 2))
    cable = f"rm{os.getpid()}-{place}"
    _ip("link", "add", cable, "type", "veth", "peer", "name", "cable", "netns", name)
    _ip("address", "add", f"{here}/30", "dev", cable)
    _ip("link", "set", cable, "up")
    _ip("-n", name, "address", "add", f"{there}/30", "dev", "cable")
    _ip("-n", name, "link", "set", "cable", "up")
    _ip("-n", name, "link", "set", "lo", "up")
    return Machine(there, here, ("ip", "netns", "exec", name))


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
