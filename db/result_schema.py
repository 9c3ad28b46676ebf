"""The former place of some tables (`db.schema`)."""

from db.schema import *  # noqa: F403
