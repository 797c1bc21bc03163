CREATE INDEX CONCURRENTLY "refunds_by_outside_number" ON "refunds" USING btree ("outside_request_no") WHERE outside_request_no is not null;
