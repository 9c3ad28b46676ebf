"""Hosts for a test: each is a network namespace of its own, with a cable (a veth pair) to this machine.

Many containers may not make namespaces. There each host is an address of the loopback instead: still hosts of which one
can be killed, but with no cable. Where every test must run as it is meant (`REMONTEE_REQUIRE_ALL`), that is a failure.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from tests.support.required import all_required

NAMESPACES = "in network namespaces"
LOOPBACK = "on loopback addresses"
PORT = 8000


@dataclass(frozen=True)
class NetworkHost:
    """Where it is reached, where it reaches this machine, and the command that others run inside."""

    address: str
    outside: str
    inside: tuple[str, ...] = ()


@cache
def host_network() -> str:
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
def network_hosts(count: int) -> Iterator[list[NetworkHost]]:
    """Makes `count` hosts, and removes them at the end."""
    if host_network() == LOOPBACK:
        assert not all_required(), "no network namespace can be made here"
        yield [NetworkHost(f"127.0.0.{2 + place}", "127.0.0.1") for place in range(count)]
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


def _connect(name: str, place: int) -> NetworkHost:
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
    return NetworkHost(there, here, ("ip", "netns", "exec", name))


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
