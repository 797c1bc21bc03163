CREATE INDEX CONCURRENTLY "orders_refunded" ON "orders" USING btree ("order_id") WHERE refunded_fen > 0;
