ALTER TABLE "attempts" ADD COLUMN "method" text;--> statement-breakpoint
ALTER TABLE "attempts" ADD COLUMN "instalments" jsonb;