CREATE INDEX CONCURRENTLY "orders_of_tracking_number" ON "orders" USING gin (jsonb_path_query_array(shipments, '$[*].trackingNumber')) WITH (fastupdate=off) WHERE shipments is not null;
