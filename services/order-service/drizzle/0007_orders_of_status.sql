CREATE INDEX CONCURRENTLY "orders_of_status" ON "orders" USING btree ("status","order_id") WHERE status in ('CLOSING', 'EXPIRED', 'CANCELLED', 'REJECTED', 'REINSTATING', 'REFUNDED');
