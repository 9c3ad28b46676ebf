#!/bin/sh
# Runs once, where the first primary is made (the image's /docker-entrypoint-initdb.d): the configuration, and the role that copies
# the primary. The standbys get both with their copy.
set -eu
cat /etc/remontee.conf >> "$PGDATA/postgresql.conf"
echo "host replication replication all scram-sha-256" >> "$PGDATA/pg_hba.conf"
psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set password="$PGPASSWORD" <<'SQL'
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'password';
SQL
