import type { PromiseNumber } from './promises.ts'
import { moneyMutations, refundedTwice } from './test-money-mutations.ts'
import type { Mutation, Row } from './test-mutation.ts'
import { notifyMutations } from './test-notifies-mutations.ts'
import { orderMutations } from './test-orders-mutations.ts'
import { shipmentMutations } from './test-shipments-mutations.ts'
import { stockMutations } from './test-stock-mutations.ts'

const rows = [stockMutations, orderMutations, shipmentMutations, moneyMutations, notifyMutations]

/** One for each break that the audit can find in the services' databases. */
export const mutations: Mutation[] = [
  ...rows.flatMap(Object.entries<Row[]>).flatMap(([promise, list]) =>
    list.map(([name, sql, about, what]) => ({
      name: `${promise}: ${name}`,
      sql,
      found: [{ promise: Number(promise) as PromiseNumber, about, what }],
    })),
  ),
  refundedTwice,
]
