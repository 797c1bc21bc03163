CREATE INDEX CONCURRENTLY "orders_paid_late" ON "orders" USING btree ("order_id") WHERE accepted_late_at is not null;
