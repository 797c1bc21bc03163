ALTER TABLE "orders" DROP CONSTRAINT "orders_refunded_fen";--> statement-breakpoint
ALTER TABLE "orders" DROP CONSTRAINT "orders_refunded";--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_refunded_fen" CHECK (refunded_fen between 0 and coalesce((payment ->> 'amountFen')::bigint, 0));--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_refunded" CHECK (case status when 'REFUNDED' then refunded_fen = (payment ->> 'amountFen')::bigint when 'PAID' then refunded_fen < (payment ->> 'amountFen')::bigint else true end);