import type { Break, PromiseNumber } from './promises.ts'
import { orderId, totalFen } from './test-shop.ts'

/** A break that the audit must find. */
export type Found = { promise: Break['promise']; about: string; what: RegExp }

/** A change that no service would make: statements by database, and the only breaks that the audit must find. */
export interface Mutation {
  name: string
  sql: { orders?: string; payments?: string; inventory?: string }
  found: Found[]
}

type Row = [name: string, sql: Mutation['sql'], about: string, what: RegExp]

const id = Object.fromEntries(
  ['paid', 'waiting', 'expired', 'rejected', 'refunded', 'twice', 'late', 'partly'].map(name => [name, orderId(name)]),
) as Record<'paid' | 'waiting' | 'expired' | 'rejected' | 'refunded' | 'twice' | 'late' | 'partly', string>

const level = (change: string) => ({ inventory: `update stock_levels set ${change}` })
const waitsInOutbox = `insert into outbox (topic, key, headers, value, created_at)
  values ('any', '${id.paid}', '{"ce_type": "AnyEvent"}', '{}', now() - interval '1 hour')`
const signedNotify = (verdict: string) => ({
  payments: `insert into notifies (notify_id, result, out_trade_no, trade_status, body, received_at)
    values ('n1', '${verdict}', '${id.waiting}', 'TRADE_SUCCESS', '…', now() - interval '1 hour')`,
})
const noRefunds = (order: string) => ({
  payments: `delete from refunds where order_id = '${order}';
    update attempts set refunding_fen = 0, refunded_fen = 0 where order_id = '${order}'`,
})
const paidFen = (order: string, fen: number) =>
  `update attempts set status = 'PAID', trade_no = 't', paid_at = now() - interval '1 hour', paid_fen = ${fen}
    where order_id = '${order}'`

const rows: Partial<Record<PromiseNumber, Row[]>> = {
  1: [
    ['units on sale and sold at once', level('available = available + 1'), 'tea', /are not the 100 supplied/],
    [
      'a negative number of units',
      level('reserved = -1, available = available + 3'),
      'tea',
      /94 on sale, -1 reserved, 7 sold/,
    ],
    [
      'reserved units without an order',
      level('reserved = reserved + 1, available = available - 1'),
      'tea',
      /3 reserved, and orders have reserved 2/,
    ],
    [
      'sold units without an order',
      level('sold = sold + 1, available = available - 1'),
      'tea',
      /8 sold, and orders have 7/,
    ],
    [
      'supplied units without an adjustment',
      level('supplied = supplied + 5, available = available + 5'),
      'tea',
      /105 supplied, and adjustments let in 100/,
    ],
    [
      'stock without a row',
      { inventory: 'delete from stock_levels' },
      'tea',
      /2 reserved and 7 sold, and it has no stock/,
    ],
    [
      'stock still reserved for an expired order',
      {
        inventory: `update reservations set status = 'RESERVED' where order_id = '${id.expired}';
          update stock_levels set reserved = reserved + 2, available = available - 2`,
      },
      id.expired,
      /it is EXPIRED, and its stock is RESERVED/,
    ],
    [
      'stock on sale again of a paid order',
      {
        inventory: `update reservations set status = 'RELEASED' where order_id = '${id.paid}';
          update stock_levels set sold = sold - 2, available = available + 2`,
      },
      id.paid,
      /it is PAID, and its stock is RELEASED/,
    ],
    [
      'stock on sale again of an order that can still be paid',
      {
        inventory: `update reservations set status = 'RELEASED' where order_id = '${id.waiting}';
          update stock_levels set reserved = reserved - 2, available = available + 2`,
      },
      id.waiting,
      /it is PENDING_PAYMENT, and its stock is RELEASED/,
    ],
  ],
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
  3: [
    [
      'a payment that order-service has not recorded',
      {
        payments: `${paidFen(id.waiting, totalFen)};
          update payments set status = 'PAID', paid_out_trade_no = order_id where order_id = '${id.waiting}'`,
      },
      id.waiting,
      /the order is PENDING_PAYMENT, and it was not refunded/,
    ],
    [
      'an order that is PAID without a payment',
      { payments: `update attempts set status = 'CLOSED', trade_no = null where order_id = '${id.paid}'` },
      id.paid,
      /it is PAID by .* which payment-service has not as paid/,
    ],
    [
      'an order that is PAID by another trade',
      { orders: `update orders set payment = payment || '{"tradeNo": "other"}' where order_id = '${id.paid}'` },
      id.paid,
      /it is PAID by .* which payment-service has not as paid/,
    ],
    [
      'a price that payment-service has wrong',
      { payments: `update payments set amount_fen = 1001 where order_id = '${id.waiting}'` },
      id.waiting,
      /it costs 1000 fen, and payment-service expects 1001/,
    ],
    [
      'an order that counts less as paid than it costs',
      {
        orders: `update orders set payment = payment || '{"amountFen": 999}' where order_id = '${id.paid}'`,
        payments: `update attempts set paid_fen = 999 where order_id = '${id.paid}'`,
      },
      id.paid,
      /it was paid with 999 fen instead of 1000/,
    ],
    [
      'an order that counts more as paid than was paid',
      { payments: `update attempts set paid_fen = 1 where order_id = '${id.paid}'` },
      id.paid,
      /it counts 1000 fen as paid, payment-service 1/,
    ],
    [
      'a refund that order-service has not recorded',
      { orders: `update orders set refunded_fen = 200 where order_id = '${id.partly}'` },
      id.partly,
      /it counts 200 fen as refunded, payment-service 300/,
    ],
    [
      'an order that is REFUNDED in part only',
      {
        orders: `update orders set refunded_fen = 400 where order_id = '${id.refunded}'`,
        payments: `delete from refunds where order_id = '${id.refunded}' and amount_fen = 600;
          update attempts set refunding_fen = 400, refunded_fen = 400 where order_id = '${id.refunded}'`,
      },
      id.refunded,
      /it is REFUNDED, and .* is kept/,
    ],
    [
      'an order that is PAID and wholly refunded',
      { orders: `update orders set status = 'PAID' where order_id = '${id.refunded}'` },
      id.refunded,
      /it is PAID, and all of .* was refunded/,
    ],
    ...['REQUESTED', 'PENDING'].map(
      (status): Row => [
        `a refund that stays ${status}`,
        {
          orders: `update orders set refunded_fen = 0 where order_id = '${id.partly}'`,
          payments: `update attempts set refunded_fen = 0 where order_id = '${id.partly}';
            update refunds set status = '${status}', finished_at = null, next_step = 'query', next_try_at = now()
            where order_id = '${id.partly}' and status = 'SUCCEEDED'`,
        },
        id.partly,
        new RegExp(`is ${status} and does not end`),
      ],
    ),
    ['a failed refund without a case', { payments: 'truncate cases, case_trail' }, id.partly, /failed without a case/],
  ],
  4: [['a second payment that is kept', noRefunds(id.twice), id.twice, /2 payments are kept/]],
  5: [
    ['a late payment that is kept', noRefunds(id.late), id.late, /the order is CANCELLED, and it was not refunded/],
    [
      'a late payment that stays undecided',
      { orders: `update orders set status = 'REINSTATING' where order_id = '${id.late}'` },
      id.late,
      /its late payment waits for the stock result/,
    ],
    [
      'a late payment that revived the order and was refunded too',
      { payments: `update refunds set reason = 'late_payment' where order_id = '${id.refunded}'` },
      id.refunded,
      /is its payment and was refunded as an unusable one/,
    ],
  ],
  6: [
    [
      'a refund that is counted and does not exist',
      { payments: `update attempts set refunding_fen = 600 where order_id = '${id.partly}' and status = 'PAID'` },
      id.partly,
      /counts 300 of 600 fen as refunded, its refunds 300 of 300/,
    ],
    [
      'a refund of what was never paid',
      {
        payments: `update attempts set refunding_fen = 100, refunded_fen = 100 where order_id = '${id.waiting}';
          ${copyOfRefund(`'ref-x'`, `'${id.waiting}', '${id.waiting}', 100`)}`,
      },
      id.waiting,
      /ref-x is of .*, which was not paid/,
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
      /AnyEvent of payments was set aside, since it could not be published: it is too large/,
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
      'an order that inventory-service never heard of',
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
  ],
  8: [
    [
      'stock that was taken twice',
      {
        inventory: `update reservations set quantity = 4 where order_id = '${id.paid}';
          update stock_levels set sold = sold + 2, available = available - 2`,
      },
      id.paid,
      /2 of tea were ordered, and 4 reserved/,
    ],
    [
      'stock of another SKU',
      {
        inventory: `insert into reservations (order_id, sku, quantity, status, updated_at)
          values ('${id.expired}', 'cup', 2, 'RELEASED', now() - interval '1 hour')`,
      },
      id.expired,
      /0 of cup were ordered, and 2 reserved/,
    ],
    [
      'a line that was forgotten',
      { orders: `update orders set lines = lines || '[{"sku": "cup", "quantity": 1}]' where order_id = '${id.paid}'` },
      id.paid,
      /1 of cup were ordered, and 0 reserved/,
    ],
    [
      'units returned twice',
      {
        inventory: `update reservations set returned = 3 where order_id = '${id.paid}';
          update stock_levels set sold = sold - 3, available = available + 3`,
      },
      id.paid,
      /3 of tea were returned, and 2 sold/,
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
  12: [
    ...[
      'amount_differs',
      'another_app',
      'another_seller',
      'attempt_has_another_trade',
      'unknown_order',
      'outside_refund',
    ].map(
      (verdict): Row => [
        `a signed notify judged ${verdict} without a case`,
        signedNotify(verdict),
        id.waiting,
        new RegExp(`n1 was judged ${verdict}, and no case says so`),
      ],
    ),
    [
      'a signed notify whose trade has a case of another kind',
      {
        payments: `${signedNotify('amount_differs').payments};
          insert into cases (case_id, key, kind, out_trade_no, summary, evidence, proposed_action, proposed_why)
          values ('case-x', 'x', 'refund_failed', '${id.waiting}', 'failed', '{}', 'none', 'why')`,
      },
      id.waiting,
      /n1 was judged amount_differs, and no case says so/,
    ],
  ],
}

/** A refund like that of the late payment; `key` and `of` (order, trade, fen) are SQL. */
function copyOfRefund(key: string, of: string): string {
  return `insert into refunds (refund_id, order_id, out_trade_no, amount_fen, reason, requested_by, status, requested_at,
      finished_at)
    select ${key}, ${of}, reason, requested_by, status, requested_at, finished_at
    from refunds where order_id = '${id.late}'`
}

/** One for each break that the audit can find in the services' databases. */
export const mutations: Mutation[] = [
  ...Object.entries(rows).flatMap(([promise, list]) =>
    list.map(([name, sql, about, what]) => ({
      name: `${promise}: ${name}`,
      sql,
      found: [{ promise: Number(promise) as PromiseNumber, about, what }],
    })),
  ),
  {
    name: '6: a refund that was paid twice',
    sql: { payments: copyOfRefund(`refund_id || '-again'`, 'order_id, out_trade_no, amount_fen') },
    found: [
      { promise: 6, about: id.late, what: /2000 fen of .* were refunded, and only 1000 paid/ },
      { promise: 6, about: id.late, what: /counts 1000 of 1000 fen as refunded, its refunds 2000 of 2000/ },
    ],
  },
]
