ALTER TABLE "orders" ADD COLUMN "traceparent" text;
