import { type AfterCommit, RefusedEvent } from '@alipay-checkout/messaging'
import type { Tx } from '@alipay-checkout/service-kit'
import { lockOrders, saveDecisions } from '../db/orders.ts'
import { decideAll, type OrderInput } from '../decide-all.ts'
import type { OrderWatch } from '../order-watch.ts'

/**
 * Loads, decides and saves for a batch of inputs: three statements, whatever their number. An input that can't be
 * right throws, naming it: alone in its batch it is parked with that reason.
 */
export async function applyInputs(
  tx: Tx,
  inputs: readonly OrderInput[],
  { afterCommit, watch }: { afterCommit: AfterCommit; watch: OrderWatch },
): Promise<void> {
  const orders = await lockOrders(
    tx,
    inputs.map(({ orderId }) => orderId),
  )
  const now = new Date()
  const decided = decideAll(orders, inputs, now)
  for (const [index, decision] of decided.decisions.entries()) {
    if (decision.outcome === 'rejected') {
      throw new RefusedEvent(`${decision.why}: ${inputs[index]?.input.type} for ${inputs[index]?.orderId}`)
    }
  }
  await saveDecisions(tx, decided, now)
  afterCommit(() => watch.announce(decided.changed))
}
