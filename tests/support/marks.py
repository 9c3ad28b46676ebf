"""Marks of tests that need one kind of database only. Without a mark, a test of a database runs on both."""

import pytest

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""A second database would prove nothing, or SQLite alone behaves so."""
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
"""SQLite has nothing of the kind."""
