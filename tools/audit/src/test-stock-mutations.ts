import { id, type Rows } from './test-mutation.ts'

const level = (change: string) => ({ inventory: `update stock_levels set ${change}` })

/** Wrong stock, and stock that does not fit its order. */
export const stockMutations: Rows = {
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
      /105 supplied, and adjustments add up to 100/,
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
      'a line without a reservation',
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
}
