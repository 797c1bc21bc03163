CREATE TABLE "payment_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"what" text NOT NULL,
	"cause" text NOT NULL,
	"detail" jsonb
);
--> statement-breakpoint
CREATE TABLE "refunds" (
	"refund_id" text PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"out_trade_no" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	"reason" text NOT NULL,
	"lines" jsonb,
	"return_to_stock" boolean DEFAULT false NOT NULL,
	"note" text,
	"requested_by" text NOT NULL,
	"idempotency_key" text,
	"request_hash" text,
	"status" text NOT NULL,
	"next_step" text,
	"next_try_at" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"refused_with" text,
	"why" text,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"asked_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "refunds_idempotency" UNIQUE("order_id","idempotency_key"),
	CONSTRAINT "refunds_status" CHECK (status in ('REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED')),
	CONSTRAINT "refunds_amount" CHECK (amount_fen > 0),
	CONSTRAINT "refunds_step" CHECK ((status in ('REQUESTED', 'PENDING')) = (next_step is not null and next_try_at is not null)),
	CONSTRAINT "refunds_finished" CHECK ((status in ('SUCCEEDED', 'FAILED')) = (finished_at is not null)),
	CONSTRAINT "refunds_returned" CHECK (not return_to_stock or lines is not null)
);
--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "paid_fen" bigint;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "refunding_fen" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "refunded_fen" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "next_refund_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "next_ask_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "asks" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "lines" jsonb;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "closing_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "payments" ADD COLUMN "closed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_order_id_payments_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."payments"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_out_trade_no_attempts_out_trade_no_fk" FOREIGN KEY ("out_trade_no") REFERENCES "public"."attempts"("out_trade_no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "payment_log_of_order" ON "payment_log" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "refunds_due" ON "refunds" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "refunds_of_trade" ON "refunds" USING btree ("out_trade_no");--> statement-breakpoint
CREATE INDEX "attempts_to_ask" ON "attempts" USING btree ("next_ask_at") WHERE next_ask_at is not null;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_ask_open" CHECK (next_ask_at is null or status = 'OPENED');--> statement-breakpoint
-- Until now only money of exactly the expected amount was believed, so that is what came.
UPDATE "attempts" a SET "paid_fen" = p."amount_fen" FROM "payments" p WHERE p."order_id" = a."order_id" AND a."status" = 'PAID';--> statement-breakpoint
UPDATE "attempts" a SET "next_ask_at" = now() FROM "payments" p WHERE p."order_id" = a."order_id" AND a."status" = 'OPENED' AND p."status" = 'EXPECTED';--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_paid_fen" CHECK (status <> 'PAID' or paid_fen > 0);--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_refunds" CHECK (refunded_fen between 0 and refunding_fen and refunding_fen <= coalesce(paid_fen, 0));