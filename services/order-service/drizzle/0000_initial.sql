CREATE TABLE "products" (
	"sku" text PRIMARY KEY NOT NULL,
	"title" text NOT NULL,
	"price_fen" bigint NOT NULL,
	"on_sale" boolean DEFAULT true NOT NULL,
	"max_per_customer" integer,
	"version" integer NOT NULL,
	CONSTRAINT "products_price" CHECK (price_fen > 0),
	CONSTRAINT "products_max_per_customer" CHECK (max_per_customer > 0)
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"customer_id" text NOT NULL,
	"key" text NOT NULL,
	"request_hash" text NOT NULL,
	"order_id" text,
	"locked_until" timestamp with time zone NOT NULL,
	"response_status" integer,
	"response_body" text,
	"response_type" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_customer_id_key_pk" PRIMARY KEY("customer_id","key")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"order_id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"status" text NOT NULL,
	"total_fen" bigint NOT NULL,
	"lines" jsonb NOT NULL,
	"close_reason" text,
	"shortages" jsonb,
	"payment" jsonb,
	"reserved" boolean DEFAULT false NOT NULL,
	"reinstating_from" text,
	"accepted_late_at" timestamp with time zone,
	"refunded_fen" bigint DEFAULT 0 NOT NULL,
	"refunds" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"history" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	CONSTRAINT "orders_status" CHECK (status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING', 'PAID', 'EXPIRED', 'CANCELLED', 'REJECTED', 'REINSTATING', 'REFUNDED')),
	CONSTRAINT "orders_total" CHECK (total_fen > 0),
	CONSTRAINT "orders_paid" CHECK ((status in ('PAID', 'REINSTATING', 'REFUNDED')) = (payment is not null)),
	CONSTRAINT "orders_reinstating" CHECK ((status = 'REINSTATING') = (reinstating_from is not null)),
	CONSTRAINT "orders_refunded_fen" CHECK (refunded_fen between 0 and coalesce((payment ->> 'amountFen')::bigint, 0)),
	CONSTRAINT "orders_refunded" CHECK (case status when 'REFUNDED' then refunded_fen = (payment ->> 'amountFen')::bigint when 'PAID' then refunded_fen < (payment ->> 'amountFen')::bigint else true end),
	CONSTRAINT "orders_closing" CHECK (status <> 'CLOSING' or close_reason is not null)
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
CREATE INDEX "idempotency_keys_age" ON "idempotency_keys" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "orders_due" ON "orders" USING btree ("expires_at") WHERE status in ('RESERVING', 'PENDING_PAYMENT');--> statement-breakpoint
CREATE INDEX "orders_open_of_customer" ON "orders" USING btree ("customer_id") WHERE status in ('RESERVING', 'PENDING_PAYMENT', 'CLOSING');--> statement-breakpoint
CREATE INDEX "orders_of_customer" ON "orders" USING btree ("customer_id","order_id");--> statement-breakpoint
-- Nothing searches these documents, and sampling them is most of the cost of ANALYZE.
ALTER TABLE "orders" ALTER COLUMN "lines" SET STATISTICS 0, ALTER COLUMN "shortages" SET STATISTICS 0, ALTER COLUMN "payment" SET STATISTICS 0, ALTER COLUMN "refunds" SET STATISTICS 0, ALTER COLUMN "history" SET STATISTICS 0;
