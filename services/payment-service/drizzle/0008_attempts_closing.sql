CREATE INDEX CONCURRENTLY "attempts_closing" ON "attempts" USING btree ("order_id","close_tries") WHERE next_close_at is not null;
