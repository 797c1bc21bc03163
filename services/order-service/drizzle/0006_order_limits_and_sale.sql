ALTER TABLE "products" ADD COLUMN "on_sale" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "max_per_customer" integer;--> statement-breakpoint
-- migration-safe: one row per product, and few products
ALTER TABLE "products" ADD CONSTRAINT "products_max_per_customer" CHECK (max_per_customer > 0);