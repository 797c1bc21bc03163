"""Counts what is sold of each product, from the events of paid orders. README.md says what makes the count exact."""

import json
import os
import signal
import sqlite3

from confluent_kafka import Consumer, KafkaError

TOPIC = "order.events"
TABLES = """
create table if not exists handled_events (event_id text primary key, handled_at text default current_timestamp);
create table if not exists counted_orders (order_id text primary key);
create table if not exists sold (sku text primary key, units integer not null);
create table if not exists refused (event_id text primary key, reason text not null, value blob);
"""


def order_paid(db, data):
    db.execute("insert or ignore into counted_orders (order_id) values (?)", (data["orderId"],))
    for line in data["lines"]:
        add_units(db, line["sku"], line["quantity"])


def order_refunded(db, data):
    # An order that was refunded before its stock was reserved again never had OrderPaid.
    if db.execute("select 1 from counted_orders where order_id = ?", (data["orderId"],)).fetchone() is None:
        return
    # Units of lines; a refund of an amount has none.
    for line in data["lines"]:
        add_units(db, line["sku"], -line["quantity"])


def add_units(db, sku, units):
    db.execute(
        "insert into sold (sku, units) values (?, ?) on conflict (sku) do update set units = units + excluded.units",
        (sku, units),
    )


# Other events are skipped, also those that do not exist yet.
HANDLERS = {"OrderPaid": order_paid, "OrderRefunded": order_refunded}


def handle(db, message):
    """Stores the event's id and its effect in one transaction: a repeat finds its id and changes nothing."""
    headers = {name: (value or b"").decode(errors="replace") for name, value in message.headers() or []}
    handler, event_id = HANDLERS.get(headers.get("ce_type")), headers.get("ce_id")
    if handler is None or not event_id:
        return
    try:
        with db:
            if db.execute("insert or ignore into handled_events (event_id) values (?)", (event_id,)).rowcount == 1:
                handler(db, json.loads(message.value()))
    except (ValueError, KeyError, TypeError) as error:
        # It fails every time: it is set aside, so that it stops no other event.
        with db:
            db.execute("insert or ignore into refused values (?, ?, ?)", (event_id, repr(error), message.value()))
        print(f"refused {event_id}: {error!r}", flush=True)
    else:
        print(f"{headers['ce_type']} {headers.get('ce_subject', '')} {event_id}", flush=True)


def connection(env):
    """The settings of the connection, by the names that the system's own services read."""
    has_tls, mechanism = env.get("KAFKA_SSL") == "true", env.get("KAFKA_SASL_MECHANISM")
    protocol = ("SASL_" if mechanism else "") + ("SSL" if has_tls else "PLAINTEXT")
    config = {"bootstrap.servers": env["KAFKA_BROKERS"], "security.protocol": protocol}
    if mechanism:
        config["sasl.mechanism"] = mechanism
        config["sasl.username"] = env["KAFKA_SASL_USERNAME"]
        config["sasl.password"] = env["KAFKA_SASL_PASSWORD"]
    if has_tls:
        files = {
            "ssl.ca.location": "KAFKA_SSL_CA",
            "ssl.certificate.location": "KAFKA_SSL_CERT",
            "ssl.key.location": "KAFKA_SSL_KEY",
        }
        config |= {option: env[name] for option, name in files.items() if env.get(name)}
    return config


def main():
    db = sqlite3.connect(os.environ.get("DATABASE_FILE", "sold.sqlite"))
    db.executescript(TABLES)
    consumer = Consumer({
        **connection(os.environ),
        "group.id": os.environ.get("GROUP", "python-consumer"),
        "auto.offset.reset": "earliest",
        # Offsets are stored after the commit of the database, never before.
        "enable.auto.offset.store": False,
        # Another process takes over the partitions of one that was killed after this time.
        "session.timeout.ms": 10_000,
    })
    running = True

    def stop(*_):
        nonlocal running
        running = False

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    consumer.subscribe([TOPIC])
    try:
        while running:
            message = consumer.poll(1.0)
            if message is None:
                continue
            if message.error():
                if message.error().code() != KafkaError._PARTITION_EOF:
                    print(f"Kafka: {message.error()}", flush=True)
                continue
            handle(db, message)
            consumer.store_offsets(message)
    finally:
        # Commits the stored offsets and leaves the group.
        consumer.close()
        db.close()


if __name__ == "__main__":
    main()
