# The application. No secret is in the image: settings come from the environment (.env.example).
FROM python:3.11-slim-bookworm

RUN useradd --system --create-home --home-dir /opt/remontee remontee \
    && install --directory --owner remontee --mode 700 /srv/scans
WORKDIR /opt/remontee

COPY requirements.lock requirements-plot.lock ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

COPY LICENSE THIRD-PARTY-NOTICES.md app.py cli.py concurrency.py server.py services.py settings.py wsgi.py ./
COPY flows flows
COPY db db
COPY ivr ivr
COPY reporting reporting
COPY sample sample

USER remontee
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SCANS_FOLDER=/srv/scans
EXPOSE 8000
CMD ["python", "app.py", "serve", "--workers", "2", "--bind", "0.0.0.0:8000"]
