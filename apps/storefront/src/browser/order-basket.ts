import type { OrderLine, PlacedOrder } from '@alipay-checkout/contracts'
import { ApiProblem, fetchQuote, placeOrder } from './api.ts'
import type { Offer } from './basket.ts'
import { basket, basketLines, emptyBasket, keepSent, renewKey } from './basket.ts'
import { sumFen } from './offer.ts'
import type { RecipientBody } from './recipient-fields.ts'
import { demoQuoteIsOn } from './session.ts'

type Line = ReturnType<typeof basketLines>[number]

/** The total is not the one that the shopper agreed to. `lines` are priced anew, where the API told. */
export interface TotalChange {
  before: Offer
  after: Offer
  lines: readonly OrderLine[] | undefined
}

/**
 * Orders the basket at the total of `agreed`. A refused quote, for example one that is over, is replaced by a new one: at
 * the same total the order is sent once more, at another nothing is ordered and the change is returned. Throws every
 * other problem.
 */
export async function orderBasket(
  recipient: RecipientBody,
  agreed: Offer,
): Promise<{ placed: PlacedOrder } | { change: TotalChange }> {
  const items = basketLines()
  let change: TotalChange
  try {
    return { placed: await send(items, recipient, agreed) }
  } catch (error) {
    change = await changeAfter(error, items, agreed)
    if (change.after.totalFen !== agreed.totalFen) return { change }
  }
  try {
    return { placed: await send(items, recipient, change.after) }
  } catch (error) {
    if (!isProblem(error, 'total-changed')) throw error
    return { change: { ...(await changeAfter(error, items, change.after)), before: agreed } }
  }
}

async function send(items: Line[], recipient: RecipientBody, offer: Offer): Promise<PlacedOrder> {
  keepSent({ recipient, offer })
  const { quote, totalFen } = offer
  try {
    const body = { items, ...recipient, ...(quote !== undefined && { quote }), expectedTotalFen: totalFen }
    const placed = await placeOrder(body, basket.get().key)
    emptyBasket()
    return placed
  } catch (error) {
    if (isRefusal(error)) renewKey()
    throw error
  }
}

/** What the order would cost now; throws the error if it says nothing about the total. */
async function changeAfter(error: unknown, items: Line[], before: Offer): Promise<TotalChange> {
  if (demoQuoteIsOn && isProblem(error, 'quote-invalid')) {
    return { before, after: await fetchQuote(items), lines: undefined }
  }
  if (!isProblem(error, 'total-changed')) throw error
  // Another price may lead to other adjustments, so a new quote is requested; without one the old one still counts.
  const fresh = demoQuoteIsOn ? await fetchQuote(items).catch(() => before) : before
  const { totalFen, lines } = error.body as { totalFen?: unknown; lines?: unknown }
  const after = { ...fresh, totalFen: Number(totalFen) - sumFen(before.adjustments) + sumFen(fresh.adjustments) }
  return { before, after, lines: Array.isArray(lines) ? lines : undefined }
}

/** Refusals that come before the API looks the key up: they say nothing about an earlier attempt with it. */
const beforeTheKey: ReadonlySet<number> = new Set([401, 403, 408, 429])

/** Whether nothing was ordered, so that ordering again is a new request. A 4xx that is no problem is not the API's. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof ApiProblem) || error.status >= 500 || beforeTheKey.has(error.status)) return false
  return error.type !== 'request-in-flight' && error.type !== 'internal-error'
}

function isProblem(error: unknown, type: string): error is ApiProblem {
  return error instanceof ApiProblem && error.type === type
}
