CREATE INDEX CONCURRENTLY "notifies_by_age" ON "notifies" USING brin ("received_at");
