ALTER TABLE "product_changes" ADD COLUMN "reason" text;
