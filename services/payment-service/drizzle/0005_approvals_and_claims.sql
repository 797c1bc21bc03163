ALTER TABLE "refunds" ADD COLUMN "approved_by" text;
--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "approved_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "refunds" DROP CONSTRAINT "refunds_status";
--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_status" CHECK (status in ('AWAITING_APPROVAL', 'REQUESTED', 'PENDING', 'SUCCEEDED', 'FAILED', 'REJECTED')) NOT VALID;
--> statement-breakpoint
ALTER TABLE "refunds" DROP CONSTRAINT "refunds_finished";
--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_finished" CHECK ((status in ('SUCCEEDED', 'FAILED', 'REJECTED')) = (finished_at is not null)) NOT VALID;
--> statement-breakpoint
ALTER TABLE "refunds" ADD CONSTRAINT "refunds_approved" CHECK ((approved_by is null) = (approved_at is null) and (status <> 'REJECTED' or approved_by is not null)) NOT VALID;
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "amount_fen" bigint;
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "claimed_by" text;
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "claimed_at" timestamp with time zone;
--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_claimed" CHECK ((claimed_by is null) = (claimed_at is null)) NOT VALID;
--> statement-breakpoint
-- migration-safe: the column is new, so the index has no entries, and cases are few: each one needs a person
CREATE INDEX "cases_of_claimer" ON "cases" USING btree ("claimed_by","case_id") WHERE claimed_by is not null;
--> statement-breakpoint
-- migration-safe: cases are few: each one needs a person
CREATE INDEX "cases_by_kind" ON "cases" USING btree ("kind","status","case_id");
