CREATE UNIQUE INDEX CONCURRENTLY "refunds_outside" ON "refunds" USING btree ("out_trade_no","outside_request_no") WHERE outside_request_no is not null;
