CREATE TABLE "attempts" (
	"out_trade_no" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"number" integer NOT NULL,
	"status" text NOT NULL,
	"opened_at" timestamp with time zone,
	"time_expire" timestamp with time zone,
	"trade_no" text,
	"buyer_id" text,
	"paid_at" timestamp with time zone,
	"next_check_at" timestamp with time zone,
	"checks" integer DEFAULT 0 NOT NULL,
	"asked_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attempts_trade_no" UNIQUE("trade_no"),
	CONSTRAINT "attempts_of_order" UNIQUE("order_id","number"),
	CONSTRAINT "attempts_status" CHECK (status in ('CREATED', 'OPENED', 'PAID', 'CLOSED')),
	CONSTRAINT "attempts_opened" CHECK (status <> 'OPENED' or (opened_at is not null and time_expire is not null)),
	CONSTRAINT "attempts_paid" CHECK ((status = 'PAID') = (trade_no is not null and paid_at is not null)),
	CONSTRAINT "attempts_due_open" CHECK (next_check_at is null or status = 'OPENED')
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"consumer" text NOT NULL,
	"event_id" uuid NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "inbox_consumer_event_id_pk" PRIMARY KEY("consumer","event_id")
);
--> statement-breakpoint
CREATE TABLE "notifies" (
	"notify_id" text NOT NULL,
	"verdict" text NOT NULL,
	"out_trade_no" text NOT NULL,
	"trade_status" text NOT NULL,
	"body" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notifies_notify_id_verdict_pk" PRIMARY KEY("notify_id","verdict")
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
CREATE TABLE "payments" (
	"order_id" text PRIMARY KEY NOT NULL,
	"customer_id" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"status" text NOT NULL,
	"closing_reason" text,
	"paid_out_trade_no" text,
	"expires_at" timestamp with time zone NOT NULL,
	"traceparent" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_status" CHECK (status in ('EXPECTED', 'CLOSING', 'PAID', 'CLOSED')),
	CONSTRAINT "payments_amount" CHECK (amount_fen between 1 and 10000000000),
	CONSTRAINT "payments_paid" CHECK ((status = 'PAID') = (paid_out_trade_no is not null)),
	CONSTRAINT "payments_closing" CHECK (status <> 'CLOSING' or closing_reason is not null)
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_order_id_payments_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."payments"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "attempts_due" ON "attempts" USING btree ("next_check_at") WHERE next_check_at is not null;--> statement-breakpoint
CREATE INDEX "inbox_received_at" ON "inbox" USING btree ("received_at");--> statement-breakpoint
CREATE INDEX "notifies_of_attempt" ON "notifies" USING btree ("out_trade_no");