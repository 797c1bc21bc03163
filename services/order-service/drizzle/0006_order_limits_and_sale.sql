ALTER TABLE "products" ADD COLUMN "on_sale" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "max_per_customer" integer;--> statement-breakpoint
CREATE INDEX "orders_open_of_customer" ON "orders" USING btree ("customer_id") WHERE status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING');--> statement-breakpoint
ALTER TABLE "products" ADD CONSTRAINT "products_max_per_customer" CHECK (max_per_customer > 0);