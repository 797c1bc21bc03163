-- Nothing searches these: sorting documents to know how often each occurs is most of what ANALYZE costs.
ALTER TABLE "payments" ALTER COLUMN "lines" SET STATISTICS 0;--> statement-breakpoint
ALTER TABLE "notifies" ALTER COLUMN "body" SET STATISTICS 0;