"""How long the intranet's pages and exports take, at the server, on a database that `replay_election` filled.

python -m tests.bench.pages URL

Prints for each page the median of 20 and its ratio to the page that reads nothing (the account's), then each export once.
"""

import re
import statistics
import sys
import time

from passlib.totp import TOTP
from sqlalchemy import Engine, select, text

from app import create_app
from db import users
from db.backends.engine import open_engine
from db.schema import bureau, flag
from db.transactions import begin_write
from db.users import NewUser, Role
from reporting.intranet.access.accounts import totp
from reporting.intranet.access.commands import make_keys
from services import utc_now
from settings import Settings

RUNS = 20
LIMIT_MS = 300
SECRET_KEY = "a secret key for the benchmark"
EMAIL = "bench@remontee.example"
PLAIN = "/intranet/account"
PAGES = (
    PLAIN,
    "/intranet/evening",
    "/intranet/evening?map=leader",
    "/intranet/department/59",
    "/intranet/bureau/{bureau}",
    "/intranet/missing",
    "/intranet/missing?order=electorate",
    "/intranet/missing?order=last-call",
    "/intranet/missing?progress=started",
    "/intranet/calls",
    "/intranet/calls?department=59",
    "/intranet/calls?flagged=true",
    "/intranet/calls?flagged=false",
    "/intranet/calls?outcome=dropped",
    "/intranet/calls?reviewed=true",
    "/intranet/calls/500",
    "/intranet/flags",
    "/intranet/flags?state=unchecked",
    "/intranet/flags?department=59",
    "/intranet/flags/{flag}",
    "/intranet/entry",
    "/intranet/audit",
    "/intranet/audit?search=flags",
    "/intranet/map.svg",
    "/intranet/api/openapi.json",
)
EXPORTS = (
    "/intranet/totals.csv?level=bureau",
    "/intranet/totals.xlsx?level=bureau",
    "/intranet/totals.json?level=bureau",
    "/intranet/totals.xlsx",
    "/intranet/calls.csv",
    "/intranet/flags.csv",
    "/intranet/audit.csv",
    "/intranet/audit?check=1",
)


def log_in(engine: Engine, url: str, secret_key: str = SECRET_KEY):
    """A supervisor's client, for a server with that secret."""
    keys, password, factor = make_keys(EMAIL, Role.SUPERVISOR, totp(secret_key))
    with begin_write(engine) as transaction:
        try:
            users.renew(transaction, EMAIL, password=password, totp=factor, at=utc_now())
        except users.NoAccount:
            users.add(transaction, NewUser(EMAIL, Role.SUPERVISOR, password, factor), at=utc_now())
    settings = Settings(
        database_url=url,
        secret_key=secret_key,
        pin_pepper="x",
        public_url="http://127.0.0.1:8000",
        twilio_auth_token="x",
    )
    client = create_app(settings, engine).test_client()

    def token(path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).get_data(as_text=True))
        assert found is not None
        return found.group(1)

    form = {"email": EMAIL, "password": keys.password, "csrf_token": token("/intranet/login")}
    client.post("/intranet/login", data=form)
    code = {"code": TOTP(key=keys.secret).generate().token, "csrf_token": token("/intranet/tf-validate")}
    assert client.post("/intranet/tf-validate", data=code).status_code == 302
    return client


def pages(engine: Engine) -> list[str]:
    """The addresses of the pages, with a bureau and a flag of this database."""
    with engine.connect() as connection:
        code = connection.execute(select(bureau.c.code).order_by(bureau.c.id).offset(9).limit(1)).scalar_one()
        which = connection.execute(select(flag.c.id).where(flag.c.state == "open").limit(1)).scalar_one()
    return [pattern.format(bureau=code, flag=which) for pattern in PAGES]


def once(client, path: str) -> tuple[float, int]:
    """Milliseconds and kilobytes of one answer."""
    started = time.perf_counter()
    response = client.get(path, buffered=True)
    size = len(response.get_data()) // 1024
    assert response.status_code == 200, (path, response.status_code)
    return 1000 * (time.perf_counter() - started), size


def main() -> None:
    """Times every page, then every export."""
    url = sys.argv[1]
    engine = open_engine(url)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
    client = log_in(engine, url)
    plain = None
    print(f"{'page':42} {'kB':>6} {'median ms':>10} {'ratio':>7}")
    for path in pages(engine):
        once(client, path)
        runs = [once(client, path) for _ in range(RUNS)]
        median = statistics.median(each for each, _ in runs)
        plain = plain or median
        over = "  over the limit" if median > LIMIT_MS else ""
        print(f"{path:42} {runs[0][1]:6} {median:10.1f} {median / plain:7.1f}{over}")
    for path in EXPORTS:
        taken, size = once(client, path)
        print(f"{path:42} {size:6} {taken:10.0f}")


if __name__ == "__main__":
    main()
