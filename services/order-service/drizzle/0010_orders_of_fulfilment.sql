CREATE INDEX CONCURRENTLY "orders_of_fulfilment" ON "orders" USING btree ("fulfilment_status","order_id") WHERE fulfilment_status is not null;
