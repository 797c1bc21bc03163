ALTER TABLE "payments" ADD COLUMN "shipping_fen" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "refunds" ADD COLUMN "shipping_fen" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
CREATE TABLE "retention_progress" (
	"kind" text PRIMARY KEY NOT NULL,
	"done_until" timestamp with time zone NOT NULL
);
