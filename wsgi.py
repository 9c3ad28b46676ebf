"""The application that a worker of the production server runs."""

import gc

from flask import Flask

from app import create_app


def create_worker() -> Flask:
    """The application. All objects that exist by now are frozen for the garbage collector: to look through them again and again
    took a quarter of a webhook's time, in pauses of 30 ms."""
    app = create_app()
    gc.collect()
    gc.freeze()
    return app
