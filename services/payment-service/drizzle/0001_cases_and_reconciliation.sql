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
CREATE TABLE "bill_differences" (
	"bill_date" date NOT NULL,
	"kind" text NOT NULL,
	"subject" text NOT NULL,
	"status" text NOT NULL,
	"order_id" text,
	"out_trade_no" text,
	"trade_no" text,
	"bill_fen" bigint,
	"our_fen" bigint,
	"bill_at" timestamp with time zone,
	"our_at" timestamp with time zone,
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
	"our_payments" integer,
	"our_payment_fen" bigint,
	"our_refunds" integer,
	"our_refund_fen" bigint,
	"differences" jsonb,
	"repaired" integer,
	"carried" integer,
	CONSTRAINT "reconciliation_runs_status" CHECK (status in ('WAITING', 'RUNNING', 'DONE', 'GAVE_UP')),
	CONSTRAINT "reconciliation_runs_due" CHECK ((status in ('WAITING', 'RUNNING')) = (next_try_at is not null))
);
--> statement-breakpoint
ALTER TABLE "case_trail" ADD CONSTRAINT "case_trail_case_id_cases_case_id_fk" FOREIGN KEY ("case_id") REFERENCES "public"."cases"("case_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bill_differences" ADD CONSTRAINT "bill_differences_found_by_reconciliation_runs_run_id_fk" FOREIGN KEY ("found_by") REFERENCES "public"."reconciliation_runs"("run_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "case_trail_of_case" ON "case_trail" USING btree ("case_id");--> statement-breakpoint
CREATE INDEX "cases_of_order" ON "cases" USING btree ("order_id") WHERE order_id is not null;--> statement-breakpoint
CREATE INDEX "cases_by_status" ON "cases" USING btree ("status","case_id");--> statement-breakpoint
CREATE INDEX "bill_differences_unsettled" ON "bill_differences" USING btree ("bill_date") WHERE status in ('OPEN', 'CARRIED');--> statement-breakpoint
CREATE UNIQUE INDEX "reconciliation_runs_one_at_a_time" ON "reconciliation_runs" USING btree ("bill_date") WHERE status in ('WAITING', 'RUNNING');--> statement-breakpoint
CREATE INDEX "reconciliation_runs_of_day" ON "reconciliation_runs" USING btree ("bill_date");