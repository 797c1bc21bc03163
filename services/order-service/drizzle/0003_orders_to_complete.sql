CREATE INDEX CONCURRENTLY "orders_to_complete" ON "orders" USING btree ("complete_at") WHERE complete_at is not null;
