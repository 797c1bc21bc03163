CREATE INDEX CONCURRENTLY "orders_open_of_customer" ON "orders" USING btree ("customer_id") WHERE status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING');
