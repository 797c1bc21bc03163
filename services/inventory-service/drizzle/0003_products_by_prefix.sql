CREATE INDEX CONCURRENTLY "products_by_prefix" ON "products" USING btree ("sku" text_pattern_ops);
