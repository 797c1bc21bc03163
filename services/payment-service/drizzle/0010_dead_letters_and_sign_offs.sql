CREATE TABLE "dead_letters" (
	"dead_letter_id" text PRIMARY KEY NOT NULL,
	"consumer_group" text NOT NULL,
	"letter_partition" integer NOT NULL,
	"letter_offset" bigint NOT NULL,
	"status" text DEFAULT 'WAITING' NOT NULL,
	"reason" text NOT NULL,
	"reason_key" text NOT NULL,
	"topic" text NOT NULL,
	"origin_partition" text NOT NULL,
	"origin_offset" text NOT NULL,
	"type" text,
	"key" text,
	"value" text,
	"headers" jsonb NOT NULL,
	"base64" jsonb,
	"outbox_id" text,
	"order_id" text,
	"dead_lettered_at" timestamp with time zone NOT NULL,
	"handled_by" text,
	"handled_at" timestamp with time zone,
	"handled_reason" text,
	"next_try_at" timestamp with time zone,
	CONSTRAINT "dead_letters_status" CHECK (status in ('WAITING', 'REDRIVING', 'REDRIVEN', 'DISCARDING', 'DISCARDED')),
	CONSTRAINT "dead_letters_handled" CHECK ((status = 'WAITING') = (handled_at is null)),
	CONSTRAINT "dead_letters_due_while_written" CHECK ((status in ('REDRIVING', 'DISCARDING')) = (next_try_at is not null))
);
--> statement-breakpoint
CREATE INDEX "dead_letters_newest" ON "dead_letters" USING btree ("dead_lettered_at","dead_letter_id");
--> statement-breakpoint
CREATE INDEX "dead_letters_by_status" ON "dead_letters" USING btree ("status","dead_lettered_at","dead_letter_id");
--> statement-breakpoint
CREATE INDEX "dead_letters_of_group" ON "dead_letters" USING btree ("consumer_group","dead_lettered_at","dead_letter_id");
--> statement-breakpoint
CREATE INDEX "dead_letters_waiting" ON "dead_letters" USING btree ("consumer_group","reason_key","dead_lettered_at") WHERE status = 'WAITING';
--> statement-breakpoint
CREATE INDEX "dead_letters_due" ON "dead_letters" USING btree ("next_try_at") WHERE next_try_at is not null;
--> statement-breakpoint
CREATE INDEX "dead_letters_of_order" ON "dead_letters" USING btree ("order_id") WHERE order_id is not null;
--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "bill_fee_fen" bigint;
--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "signed_off_by" text;
--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "signed_off_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "reconciliation_runs" ADD COLUMN "sign_off_note" text;
