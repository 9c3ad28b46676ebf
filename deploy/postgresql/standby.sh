#!/bin/sh
# Runs this machine's PostgreSQL as the standby NAME. The first time it copies whichever of HOSTS (one,two,three) is the primary;
# from then on it goes on where it was, and follows whichever is the primary now. PGPASSWORD is the replication role's, if it has
# one. Arguments go to `postgres`.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    pg_basebackup --dbname="host=$HOSTS user=${REPLICATION_USER:-replication} application_name=$NAME target_session_attrs=read-write" \
        --pgdata="$PGDATA" --checkpoint=fast --wal-method=stream --write-recovery-conf
    chmod 700 "$PGDATA"
fi
exec postgres "$@"
