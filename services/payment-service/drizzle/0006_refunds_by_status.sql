CREATE INDEX CONCURRENTLY "refunds_by_status" ON "refunds" USING btree ("status","requested_at","refund_id");
