"""The limit of the framework: every webhook is answered with one constant document."""

from flask import Flask, Response

DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?><Response><Gather action="https://line.example/voice/step/4/keys" '
    'finishOnKey="#" input="dtmf" method="POST" timeout="10"><Say language="fr-FR" voice="Polly.Lea-Neural">312. '
    'Martine Aubry ?</Say></Gather><Redirect method="POST">https://line.example/voice/step/4/silence</Redirect></Response>'
)


def create_app() -> Flask:
    """The application."""
    app = Flask("bare", static_folder=None)

    @app.post("/voice/answer")
    @app.post("/voice/step/<int:step>/keys")
    def voice(step: int = 0) -> Response:
        return Response(DOCUMENT, mimetype="text/xml")

    app.add_url_rule("/readyz", "readyz", lambda: "ready\n")
    return app
