CREATE INDEX CONCURRENTLY "attempts_by_payment_time" ON "attempts" USING brin ("paid_at" timestamptz_minmax_multi_ops) WITH (autosummarize = on);
