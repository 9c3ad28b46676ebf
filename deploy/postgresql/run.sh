#!/bin/sh
# Runs PostgreSQL on one of the machines HOSTS (one,two,three), under the name NAME, with its data in PGDATA.
#
# Where another machine is the primary, this one is its standby: an empty folder is filled with a copy first, and a folder that
# was a primary's is refused, for two primaries would each tell half of the evening. Where nobody is the primary, a folder goes
# on as what it was. With FIRST set, an empty folder becomes the first primary (by the image's docker-entrypoint.sh).
# PGPASSWORD is the replication role's, if it has one. Arguments go to `postgres`.
set -eu

whoever_writes="host=$HOSTS user=${REPLICATION_USER:-replication} connect_timeout=3 target_session_attrs=read-write"

primary_answers() {
    psql --no-psqlrc --dbname="$whoever_writes dbname=postgres" --command="SELECT 1" >/dev/null 2>&1
}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    if primary_answers; then
        pg_basebackup --dbname="$whoever_writes application_name=$NAME" --pgdata="$PGDATA" \
            --checkpoint=fast --wal-method=stream --write-recovery-conf
        chmod 700 "$PGDATA"
    elif [ -n "${FIRST:-}" ]; then
        exec docker-entrypoint.sh postgres "$@"
    else
        echo "$0: no primary answers at $HOSTS, and $PGDATA is empty" >&2
        exit 1
    fi
elif [ ! -e "$PGDATA/standby.signal" ] && primary_answers; then
    echo "$0: another machine is the primary now: empty $PGDATA, and this one becomes its standby" >&2
    exit 1
fi
exec postgres "$@"
