#!/bin/sh
# Runs this machine's PostgreSQL as the standby NAME of the primary at PRIMARY (a libpq connection string: host=… user=replication).
# The first time it copies the primary; from then on it goes on where it was. Arguments go to `postgres`.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    pg_basebackup --dbname="$PRIMARY application_name=$NAME" --pgdata="$PGDATA" --checkpoint=fast --wal-method=stream \
        --create-slot --slot="$NAME" --write-recovery-conf
    chmod 700 "$PGDATA"
fi
exec postgres "$@"
