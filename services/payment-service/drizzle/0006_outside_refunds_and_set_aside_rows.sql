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
ALTER TABLE "attempts" ADD COLUMN "went_back" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "outside_request_no" text;--> statement-breakpoint
ALTER TABLE "bill_differences" ADD COLUMN "request_no" text;--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "foreign_payments" integer;--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "foreign_payment_fen" bigint;--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "foreign_refunds" integer;--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "foreign_refund_fen" bigint;--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "odd_rows" integer;--> statement-breakpoint
ALTER TABLE "attempts" ADD CONSTRAINT "attempts_went_back" CHECK (not went_back or status = 'CLOSED') NOT VALID;--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_outside_done" CHECK (outside_request_no is null or status = 'SUCCEEDED') NOT VALID;