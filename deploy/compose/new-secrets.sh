#!/bin/sh
# Makes the secrets of docker-compose.yml, once: what is there stays, for Postgres keeps the password that it was made with.
# The files can be read by everybody, since a container's user is not this one; their folder only by whoever ran this.
set -eu

folder="$(dirname "$0")/secrets"
if [ -e "$folder/connections.env" ]; then
  echo "$folder holds secrets already" >&2
  exit 0
fi
mkdir -p "$folder"
chmod 700 "$folder"

# 32 random bytes in hex: nothing that a URL, a configuration file or a shell would read otherwise.
random() { od -An -N32 -tx1 /dev/urandom | tr -d ' \n'; }
postgres="$(random)"
redis="$(random)"

umask 022
printf '%s' "$postgres" > "$folder/postgres-password"
printf 'requirepass %s\n' "$redis" > "$folder/redis.conf"
# The last one: it says that all are there.
printf 'DATABASE_URL=postgres://dripfleet:%s@postgres:5432/dripfleet\nREDIS_URL=redis://:%s@redis:6379/0\n' \
  "$postgres" "$redis" > "$folder/connections.env"
echo "made $folder" >&2
