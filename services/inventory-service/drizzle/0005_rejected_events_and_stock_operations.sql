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
CREATE TABLE "stock_operations" (
	"order_id" text NOT NULL,
	"event_type" text NOT NULL,
	"operation_id" text NOT NULL,
	"applied_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "stock_operations_order_id_event_type_operation_id_pk" PRIMARY KEY("order_id","event_type","operation_id")
);
