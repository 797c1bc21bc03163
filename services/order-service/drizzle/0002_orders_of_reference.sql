CREATE INDEX CONCURRENTLY "orders_of_reference" ON "orders" USING btree ("reference","customer_id") WHERE reference is not null;
