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
CREATE TABLE "products" (
	"sku" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"price_fen" bigint NOT NULL,
	"on_sale" boolean DEFAULT true NOT NULL,
	"max_per_customer" integer,
	"version" integer DEFAULT 1 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "products_price_positive" CHECK ("products"."price_fen" > 0),
	CONSTRAINT "products_max_per_customer" CHECK (max_per_customer > 0)
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"consumer" text NOT NULL,
	"event_id" uuid NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_consumer_event_id_pk" PRIMARY KEY("consumer","event_id")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"key" text NOT NULL,
	"headers" jsonb NOT NULL,
	"value" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox_rejected" (
	"id" bigint PRIMARY KEY NOT NULL,
	"topic" text NOT NULL,
	"key" text NOT NULL,
	"headers" jsonb NOT NULL,
	"value" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"reason" text NOT NULL,
	"rejected_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "reservations" (
	"order_id" text NOT NULL,
	"sku" text NOT NULL,
	"quantity" bigint NOT NULL,
	"status" text NOT NULL,
	"returned" bigint DEFAULT 0 NOT NULL,
	"history" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "reservations_order_id_sku_pk" PRIMARY KEY("order_id","sku"),
	CONSTRAINT "reservations_quantity_positive" CHECK ("reservations"."quantity" > 0),
	CONSTRAINT "reservations_returned_was_sold" CHECK ("reservations"."returned" = 0 or ("reservations"."status" = 'COMMITTED' and "reservations"."returned" between 0 and "reservations"."quantity")),
	CONSTRAINT "reservations_status_known" CHECK ("reservations"."status" in ('RESERVED', 'COMMITTED', 'RELEASED', 'REJECTED'))
);
--> statement-breakpoint
CREATE TABLE "stock_adjustments" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"sku" text NOT NULL,
	"delta" bigint NOT NULL,
	"reason" text NOT NULL,
	"adjusted_by" text NOT NULL,
	"level_after" jsonb,
	"idempotency_key" text,
	"request_hash" text,
	"adjusted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stock_adjustments_idempotency" UNIQUE("sku","idempotency_key"),
	CONSTRAINT "stock_adjustments_change_something" CHECK ("stock_adjustments"."delta" <> 0),
	CONSTRAINT "stock_adjustments_keyed" CHECK (idempotency_key is null or (request_hash is not null and level_after is not null))
);
--> statement-breakpoint
CREATE TABLE "stock_levels" (
	"sku" text PRIMARY KEY NOT NULL,
	"available" bigint DEFAULT 0 NOT NULL,
	"reserved" bigint DEFAULT 0 NOT NULL,
	"sold" bigint DEFAULT 0 NOT NULL,
	"supplied" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "stock_levels_never_negative" CHECK ("stock_levels"."available" >= 0 and "stock_levels"."reserved" >= 0 and "stock_levels"."sold" >= 0),
	CONSTRAINT "stock_levels_add_up" CHECK ("stock_levels"."available" + "stock_levels"."reserved" + "stock_levels"."sold" = "stock_levels"."supplied")
);
--> statement-breakpoint
CREATE TABLE "stock_operations" (
	"order_id" text NOT NULL,
	"event_type" text NOT NULL,
	"operation_id" text NOT NULL,
	"applied_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stock_operations_order_id_event_type_operation_id_pk" PRIMARY KEY("order_id","event_type","operation_id")
);
--> statement-breakpoint
ALTER TABLE "stock_adjustments" ADD CONSTRAINT "stock_adjustments_sku_products_sku_fk" FOREIGN KEY ("sku") REFERENCES "public"."products"("sku") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "stock_levels" ADD CONSTRAINT "stock_levels_sku_products_sku_fk" FOREIGN KEY ("sku") REFERENCES "public"."products"("sku") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "products_on_sale" ON "products" USING btree ("sku") WHERE on_sale;--> statement-breakpoint
CREATE INDEX "stock_adjustments_of_sku" ON "stock_adjustments" USING btree ("sku","id");--> statement-breakpoint
-- Nothing searches this document, and sampling it is most of the cost of ANALYZE.
ALTER TABLE "reservations" ALTER COLUMN "history" SET STATISTICS 0;
