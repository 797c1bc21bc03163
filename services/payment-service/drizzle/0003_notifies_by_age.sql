CREATE INDEX CONCURRENTLY "notifies_by_age" ON "notifies" USING brin ("received_at" timestamptz_minmax_multi_ops) WITH (autosummarize = on);
