import { type Db, databaseNow, transact } from '@alipay-checkout/service-kit/database'
import { decideAll } from './decide-all.ts'
import { decisionWrites, lockDueOrders } from './order-store.ts'
import type { OrderWatch } from './order-watch.ts'

/** Orders closed in one transaction: a bounded number of statements for as many orders. */
const batchSizeMax = 1_000

/** Starts closing every order whose time is over, batch by batch, until none is left. Replicas share the work. */
export async function closeDueOrders({
  db,
  watch,
  wakeRelay,
}: {
  db: Db
  watch: OrderWatch
  wakeRelay: () => void
}): Promise<void> {
  for (let taken = batchSizeMax; taken === batchSizeMax; ) {
    const decided = await transact(db, async tx => {
      const [due, now] = await Promise.all([lockDueOrders(tx, batchSizeMax), databaseNow(tx)])
      taken = due.length
      const decisions = decideAll(
        due,
        due.map(({ orderId }) => ({ orderId, input: { type: 'due' }, cause: 'clock' })),
        now,
      )
      return { writes: decisionWrites(decisions, now), result: decisions }
    })
    if (decided.changed.length === 0) return
    watch.announce(decided.changed)
    wakeRelay()
  }
}
