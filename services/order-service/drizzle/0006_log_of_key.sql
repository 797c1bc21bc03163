CREATE UNIQUE INDEX CONCURRENTLY "order_log_of_key" ON "order_log" USING btree ("order_id","key") WHERE key is not null;
