import { id, type Mutation, type Row, type Rows } from './test-mutation.ts'
import { totalFen } from './test-shop.ts'

const noRefunds = (order: string) => ({
  payments: `delete from refunds where order_id = '${order}';
    update attempts set refunding_fen = 0, refunded_fen = 0 where order_id = '${order}'`,
})
const paidFen = (order: string, fen: number) =>
  `update attempts set status = 'PAID', trade_no = 't', paid_at = now() - interval '1 hour', paid_fen = ${fen}
    where order_id = '${order}'`

/** Wrong payments and refunds, each breaking one promise once. */
export const moneyMutations: Rows = {
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
      'a late payment that reinstated the order and was refunded too',
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
      /counts 300 of 600 fen as refunded, its refunds 300 of 400/,
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
}

export const refundedTwice: Mutation = {
  name: '6: a refund that was paid twice',
  sql: { payments: copyOfRefund(`refund_id || '-again'`, 'order_id, out_trade_no, amount_fen') },
  found: [
    { promise: 6, about: id.late, what: /2000 fen of .* were refunded, and only 1000 paid/ },
    { promise: 6, about: id.late, what: /counts 1000 of 1000 fen as refunded, its refunds 2000 of 2000/ },
  ],
}

/** A refund like that of the late payment; `key` and `of` (order, trade, fen) are SQL. */
function copyOfRefund(key: string, of: string): string {
  return `insert into refunds (refund_id, order_id, out_trade_no, amount_fen, reason, requested_by, status, requested_at,
      finished_at)
    select ${key}, ${of}, reason, requested_by, status, requested_at, finished_at
    from refunds where order_id = '${id.late}'`
}
