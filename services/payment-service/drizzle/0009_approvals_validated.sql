ALTER TABLE "refunds" VALIDATE CONSTRAINT "refunds_status";
--> statement-breakpoint
ALTER TABLE "refunds" VALIDATE CONSTRAINT "refunds_finished";
--> statement-breakpoint
ALTER TABLE "refunds" VALIDATE CONSTRAINT "refunds_approved";
--> statement-breakpoint
ALTER TABLE "cases" VALIDATE CONSTRAINT "cases_claimed";
