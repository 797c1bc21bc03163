#!/bin/bash
# Runs once, when the volume is new: creates each service's database and the role that owns it. A role may connect to its
# own database only.
set -euo pipefail

create() { # DATABASE ROLE PASSWORD
  psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set=database="$1" --set=role="$2" --set=password="$3" <<'SQL'
create role :"role" login password :'password';
create database :"database" owner :"role";
revoke connect, temporary on database :"database" from public;
SQL
}

create orders order_service "$ORDER_DATABASE_PASSWORD"
create payments payment_service "$PAYMENT_DATABASE_PASSWORD"
create inventory inventory_service "$INVENTORY_DATABASE_PASSWORD"

# By default every role may connect to every database, these included.
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --command 'revoke connect on database postgres, template1 from public'
