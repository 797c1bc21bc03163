ALTER TABLE "order_log" ADD COLUMN "key" text;
