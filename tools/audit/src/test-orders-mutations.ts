import { id, type Rows } from './test-mutation.ts'

const waitsInOutbox = `insert into outbox (topic, key, headers, value, created_at)
  values ('any', '${id.paid}', '{"ce_type": "AnyEvent"}', '{}', now() - interval '1 hour')`

/** Wrong keys, lost orders and events, and orders that do not end. */
export const orderMutations: Rows = {
  2: [
    [
      'two keys of one order',
      { orders: `update idempotency_keys set order_id = '${id.paid}' where key = 'key-waiting'` },
      id.paid,
      /2 keys name it/,
    ],
    [
      'a key whose order is lost',
      { orders: `update idempotency_keys set order_id = 'ord_lost' where key = 'key-waiting'` },
      'ord_lost',
      /the key key-waiting names it, and it does not exist/,
    ],
    [
      'a key with a success and no order',
      { orders: `update idempotency_keys set order_id = null, response_status = 201 where key = 'key-waiting'` },
      'the key key-waiting of ann',
      /it was answered 201, and made no order/,
    ],
    [
      'a key that names another customer’s order',
      { orders: `update idempotency_keys set customer_id = 'bob' where key = 'key-waiting'` },
      id.waiting,
      /the key key-waiting of another customer names it/,
    ],
  ],
  7: [
    [
      'an event of an order that is not published',
      { orders: waitsInOutbox },
      id.paid,
      /AnyEvent waits in the outbox of orders/,
    ],
    [
      'an event of a payment that is not published',
      { payments: waitsInOutbox },
      id.paid,
      /waits in the outbox of payments/,
    ],
    [
      'an event of stock that is not published',
      { inventory: waitsInOutbox },
      id.paid,
      /waits in the outbox of inventory/,
    ],
    [
      'a rejected event',
      {
        payments: `insert into outbox_rejected (id, topic, key, headers, value, created_at, reason)
          values (1, 'any', '${id.paid}', '{"ce_type": "AnyEvent"}', '{}', now(), 'it is too large')`,
      },
      id.paid,
      /AnyEvent of payments could not be published: it is too large \(row 1 of outbox_rejected\)/,
    ],
    [
      'an order without a stock result',
      { orders: `update orders set status = 'RESERVING' where order_id = '${id.waiting}'` },
      id.waiting,
      /it waits for its stock result/,
    ],
    [
      'an order without a payment',
      {
        payments: `delete from attempts where order_id = '${id.expired}';
          delete from payments where order_id = '${id.expired}'`,
      },
      id.expired,
      /payment-service has no record of it/,
    ],
    [
      'an order that inventory-service does not have',
      { inventory: `delete from reservations where order_id = '${id.expired}'` },
      id.expired,
      /it is EXPIRED, and inventory-service has no record of it/,
    ],
    [
      'an order that is lost',
      {
        orders: `delete from orders where order_id = '${id.rejected}';
          delete from idempotency_keys where order_id = '${id.rejected}'`,
      },
      id.rejected,
      /order-service does not have it, payment-service and inventory-service do/,
    ],
    [
      'a reservation whose order is lost',
      {
        inventory: `insert into reservations (order_id, sku, quantity, status, updated_at)
          values ('ord_lost', 'tea', 2, 'RELEASED', now() - interval '1 hour')`,
      },
      'ord_lost',
      /order-service does not have it, inventory-service does/,
    ],
  ],
  10: [
    [
      'an order that is due and open',
      { orders: `update orders set expires_at = now() - interval '5 minutes' where order_id = '${id.waiting}'` },
      id.waiting,
      /its time to pay is over, and it is still open/,
    ],
    [
      'an order that stays CLOSING',
      { orders: `update orders set status = 'CLOSING', close_reason = 'expired' where order_id = '${id.waiting}'` },
      id.waiting,
      /it is CLOSING and does not end/,
    ],
  ],
}
