CREATE INDEX CONCURRENTLY "refunds_by_end" ON "refunds" USING btree ("finished_at") WHERE status = 'SUCCEEDED';
