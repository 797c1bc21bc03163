CREATE TABLE "case_trail" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"case_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"by" text NOT NULL,
	"what" text NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"case_id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'OPEN' NOT NULL,
	"order_id" text,
	"out_trade_no" text,
	"summary" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"proposed_action" text NOT NULL,
	"proposed_why" text NOT NULL,
	"approved_action" text,
	"approved_by" text,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "cases_key" UNIQUE("key"),
	CONSTRAINT "cases_status" CHECK (status in ('OPEN', 'APPROVED', 'RESOLVED')),
	CONSTRAINT "cases_approved" CHECK (status <> 'APPROVED' or (approved_action is not null and approved_by is not null)),
	CONSTRAINT "cases_resolved" CHECK ((status = 'RESOLVED') = (resolved_at is not null))
);
--> statement-breakpoint
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
	"paid_fen" bigint,
	"closed_at" timestamp with time zone,
	"refunded_before_recorded" boolean DEFAULT false NOT NULL,
	"refunding_fen" bigint DEFAULT 0 NOT NULL,
	"refunded_fen" bigint DEFAULT 0 NOT NULL,
	"next_refund_at" timestamp with time zone,
	"next_sync_at" timestamp with time zone,
	"syncs" integer DEFAULT 0 NOT NULL,
	"next_close_at" timestamp with time zone,
	"close_tries" integer DEFAULT 0 NOT NULL,
	"synced_at" timestamp with time zone,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "attempts_trade_no" UNIQUE("trade_no"),
	CONSTRAINT "attempts_of_order" UNIQUE("order_id","number"),
	CONSTRAINT "attempts_status" CHECK (status in ('CREATED', 'OPENED', 'PAID', 'CLOSED')),
	CONSTRAINT "attempts_opened" CHECK (status <> 'OPENED' or (opened_at is not null and time_expire is not null)),
	CONSTRAINT "attempts_paid" CHECK ((status = 'PAID') = (trade_no is not null and paid_at is not null)),
	CONSTRAINT "attempts_due_open" CHECK (next_close_at is null or status = 'OPENED'),
	CONSTRAINT "attempts_synced" CHECK (next_sync_at is null or status in ('OPENED', 'CLOSED')),
	CONSTRAINT "attempts_refunded_before_recorded" CHECK (not refunded_before_recorded or status = 'CLOSED'),
	CONSTRAINT "attempts_paid_fen" CHECK (status <> 'PAID' or paid_fen > 0),
	CONSTRAINT "attempts_refunds" CHECK (refunded_fen between 0 and refunding_fen and refunding_fen <= coalesce(paid_fen, 0))
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
	"result" text NOT NULL,
	"out_trade_no" text NOT NULL,
	"trade_status" text NOT NULL,
	"body" text NOT NULL,
	"received_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "notifies_notify_id_result_pk" PRIMARY KEY("notify_id","result")
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
CREATE TABLE "payment_log" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"order_id" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"what" text NOT NULL,
	"cause" text NOT NULL,
	"detail" jsonb
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
	"lines" jsonb,
	"closing_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "payments_status" CHECK (status in ('EXPECTED', 'CLOSING', 'PAID', 'CLOSED')),
	CONSTRAINT "payments_amount" CHECK (amount_fen between 1 and 10000000000),
	CONSTRAINT "payments_paid" CHECK ((status = 'PAID') = (paid_out_trade_no is not null)),
	CONSTRAINT "payments_closing" CHECK (status <> 'CLOSING' or closing_reason is not null)
);
--> statement-breakpoint
CREATE TABLE "bill_differences" (
	"bill_date" date NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"status" text NOT NULL,
	"order_id" text,
	"out_trade_no" text,
	"trade_no" text,
	"request_no" text,
	"bill_fen" bigint,
	"ledger_fen" bigint,
	"bill_at" timestamp with time zone,
	"ledger_at" timestamp with time zone,
	"detail" text NOT NULL,
	"found_by" text NOT NULL,
	"found_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "bill_differences_bill_date_kind_subject_pk" PRIMARY KEY("bill_date","kind","subject"),
	CONSTRAINT "bill_differences_status" CHECK (status in ('OPEN', 'CARRIED', 'REPAIRED', 'SETTLED'))
);
--> statement-breakpoint
CREATE TABLE "carried_bill_lines" (
	"bill_date" date NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"amount_fen" bigint NOT NULL,
	CONSTRAINT "carried_bill_lines_kind_subject_bill_date_pk" PRIMARY KEY("kind","subject","bill_date")
);
--> statement-breakpoint
CREATE TABLE "reconciliation_runs" (
	"run_id" text PRIMARY KEY NOT NULL,
	"bill_date" date NOT NULL,
	"status" text NOT NULL,
	"started_by" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"finished_at" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_try_at" timestamp with time zone,
	"why" text,
	"file_sha256" text,
	"file_bytes" bigint,
	"bill_payments" integer,
	"bill_payment_fen" bigint,
	"bill_refunds" integer,
	"bill_refund_fen" bigint,
	"foreign_payments" integer,
	"foreign_payment_fen" bigint,
	"foreign_refunds" integer,
	"foreign_refund_fen" bigint,
	"odd_rows" integer,
	"ledger_payments" integer,
	"ledger_payment_fen" bigint,
	"ledger_refunds" integer,
	"ledger_refund_fen" bigint,
	"differences" jsonb,
	"repaired" integer,
	"carried" integer,
	CONSTRAINT "reconciliation_runs_status" CHECK (status in ('WAITING', 'RUNNING', 'DONE', 'GAVE_UP')),
	CONSTRAINT "reconciliation_runs_due" CHECK ((status in ('WAITING', 'RUNNING')) = (next_try_at is not null))
);
--> statement-breakpoint
CREATE TABLE "set_aside_bill_rows" (
	"bill_date" date NOT NULL,
	"line" integer NOT NULL,
	"kind" text NOT NULL,
	"trade_no" text,
	"out_trade_no" text,
	"request_no" text,
	"amount_fen" bigint,
	"at" timestamp with time zone,
	"reason" text,
	"content" text,
	CONSTRAINT "set_aside_bill_rows_bill_date_line_pk" PRIMARY KEY("bill_date","line"),
	CONSTRAINT "set_aside_bill_rows_kind" CHECK (kind in ('payment', 'refund', 'odd')),
	CONSTRAINT "set_aside_bill_rows_odd" CHECK ((kind = 'odd') = (reason is not null))
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
	"outside_request_no" text,
	"idempotency_key" text,
	"request_hash" text,
	"status" text NOT NULL,
	"next_step" text,
	"next_try_at" timestamp with time zone,
	"tries" integer DEFAULT 0 NOT NULL,
	"refused_with" text,
	"why" text,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	CONSTRAINT "refunds_idempotency" UNIQUE("order_id","idempotency_key"),
	CONSTRAINT "refunds_status" CHECK (status in ('REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED')),
	CONSTRAINT "refunds_amount" CHECK (amount_fen > 0),
	CONSTRAINT "refunds_step" CHECK ((status in ('REQUESTED', 'PENDING')) = (next_step is not null and next_try_at is not null)),
	CONSTRAINT "refunds_finished" CHECK ((status in ('SUCCEEDED', 'FAILED')) = (finished_at is not null)),
	CONSTRAINT "refunds_outside_done" CHECK (outside_request_no is null or status = 'SUCCEEDED'),
	CONSTRAINT "refunds_returned" CHECK (not return_to_stock or lines is not null)
);
--> statement-breakpoint
ALTER TABLE "case_trail" ADD CONSTRAINT "case_trail_case_id_cases_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("case_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_order_id_payments_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."payments"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bill_differences" ADD CONSTRAINT "bill_differences_found_by_reconciliation_runs_run_id_fk" FOREIGN KEY ("found_by") REFERENCES "public"."reconciliation_runs"("run_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_order_id_payments_order_id_fk" FOREIGN KEY ("order_id") REFERENCES "public"."payments"("order_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_out_trade_no_attempts_out_trade_no_fk" FOREIGN KEY ("out_trade_no") REFERENCES "public"."attempts"("out_trade_no") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "case_trail_of_case" ON "case_trail" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "cases_of_order" ON "cases" USING btree ("order_id") WHERE order_id is not null;--> statement-breakpoint
CREATE INDEX "cases_by_status" ON "cases" USING btree ("status","case_id");--> statement-breakpoint
CREATE INDEX "attempts_due" ON "attempts" USING btree ("next_close_at") WHERE next_close_at is not null;--> statement-breakpoint
CREATE INDEX "attempts_to_sync" ON "attempts" USING btree ("next_sync_at") WHERE next_sync_at is not null;--> statement-breakpoint
CREATE INDEX "notifies_of_attempt" ON "notifies" USING btree ("out_trade_no");--> statement-breakpoint
CREATE INDEX "payment_log_of_order" ON "payment_log" USING btree ("order_id");--> statement-breakpoint
CREATE INDEX "bill_differences_unsettled" ON "bill_differences" USING btree ("bill_date") WHERE status in ('OPEN', 'CARRIED');--> statement-breakpoint
CREATE UNIQUE INDEX "reconciliation_runs_one_at_a_time" ON "reconciliation_runs" USING btree ("bill_date") WHERE status in ('WAITING', 'RUNNING');--> statement-breakpoint
CREATE INDEX "reconciliation_runs_of_day" ON "reconciliation_runs" USING btree ("bill_date");--> statement-breakpoint
CREATE UNIQUE INDEX "refunds_outside" ON "refunds" USING btree ("out_trade_no","outside_request_no") WHERE outside_request_no is not null;--> statement-breakpoint
CREATE INDEX "refunds_due" ON "refunds" USING btree ("next_try_at") WHERE next_try_at is not null;--> statement-breakpoint
CREATE INDEX "refunds_of_trade" ON "refunds" USING btree ("out_trade_no");--> statement-breakpoint
-- No query searches these columns, and sorting documents to collect their statistics is most of the cost of ANALYZE.
ALTER TABLE "payments" ALTER COLUMN "lines" SET STATISTICS 0;--> statement-breakpoint
ALTER TABLE "notifies" ALTER COLUMN "body" SET STATISTICS 0;
