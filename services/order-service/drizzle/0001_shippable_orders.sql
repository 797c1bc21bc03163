ALTER TABLE "orders" ADD COLUMN "adjustments" jsonb, ADD COLUMN "reference" text, ADD COLUMN "metadata" jsonb, ADD COLUMN "fulfilment_status" text, ADD COLUMN "shipments" jsonb, ADD COLUMN "complete_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_fulfilment_status" CHECK (fulfilment_status in ('PARTIALLY_SHIPPED', 'SHIPPED', 'DELIVERED', 'COMPLETED')) NOT VALID, ADD CONSTRAINT "orders_shipped" CHECK ((fulfilment_status is null) = (shipments is null)) NOT VALID, ADD CONSTRAINT "orders_to_complete" CHECK (complete_at is null or fulfilment_status = 'DELIVERED') NOT VALID;
--> statement-breakpoint
-- Nothing searches these documents, and sampling them is most of the cost of ANALYZE.
ALTER TABLE "orders" ALTER COLUMN "adjustments" SET STATISTICS 0, ALTER COLUMN "metadata" SET STATISTICS 0, ALTER COLUMN "shipments" SET STATISTICS 0;
--> statement-breakpoint
CREATE TABLE "order_recipients" (
	"order_id" text PRIMARY KEY NOT NULL,
	"ship_to" jsonb,
	"note" text,
	"check_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "order_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"what" text NOT NULL,
	"cause" text NOT NULL,
	"detail" jsonb
);
--> statement-breakpoint
CREATE INDEX "order_recipients_to_check" ON "order_recipients" USING btree ("check_at");
--> statement-breakpoint
CREATE INDEX "order_log_of_order" ON "order_log" USING btree ("order_id");
