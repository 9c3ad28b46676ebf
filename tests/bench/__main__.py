"""Runs every benchmark."""

from tests.bench import replay

replay.main()
