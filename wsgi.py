"""The application as a worker of the production server runs it."""

import gc

from flask import Flask

from app import create_app


def create_worker() -> Flask:
    """The application, with everything that exists by now kept out of the garbage collector's way: to look through it again and
    again took a quarter of a webhook's time, in pauses of 30 ms."""
    app = create_app()
    gc.collect()
    gc.freeze()
    return app
