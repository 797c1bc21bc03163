CREATE TABLE "product_changes" (
	"sku" text NOT NULL,
	"version" integer NOT NULL,
	"before" jsonb,
	"after" jsonb NOT NULL,
	"changed_by" text NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "product_changes_sku_version_pk" PRIMARY KEY("sku","version")
);
--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "on_sale" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "products" ADD COLUMN "max_per_customer" integer;--> statement-breakpoint
ALTER TABLE "stock_adjustments" ADD COLUMN "level_after" jsonb;--> statement-breakpoint
ALTER TABLE "stock_adjustments" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
ALTER TABLE "stock_adjustments" ADD COLUMN "request_hash" text;--> statement-breakpoint
-- migration-safe: one row per product, and few products
CREATE INDEX "products_on_sale" ON "products" USING btree ("sku") WHERE on_sale;--> statement-breakpoint
-- migration-safe: one row per adjustment by a person
CREATE INDEX "stock_adjustments_of_sku" ON "stock_adjustments" USING btree ("sku","id");--> statement-breakpoint
-- migration-safe: one row per adjustment by a person
ALTER TABLE "stock_adjustments" ADD CONSTRAINT "stock_adjustments_idempotency" UNIQUE("sku","idempotency_key");--> statement-breakpoint
-- migration-safe: one row per product, and few products
ALTER TABLE "products" ADD CONSTRAINT "products_max_per_customer" CHECK (max_per_customer > 0);--> statement-breakpoint
-- migration-safe: one row per adjustment by a person
ALTER TABLE "stock_adjustments" ADD CONSTRAINT "stock_adjustments_keyed" CHECK (idempotency_key is null or (request_hash is not null and level_after is not null));