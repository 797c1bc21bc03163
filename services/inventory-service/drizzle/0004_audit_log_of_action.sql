CREATE INDEX CONCURRENTLY "audit_log_of_action" ON "audit_log" USING btree ("action","audit_id");
