import { createHash } from 'node:crypto'
import { seeded } from './faults.ts'
import type { Buyer } from './trade.ts'

const REPORTED = ['id', 'open', 'both'] as const

/**
 * Returns the function that adds the ids of a new trade's buyer that replies and notifies have. An app made since 2023
 * (`open`) gets open ids alone; for other apps the seed draws one of the ids or both, because Alipay's replies differ.
 */
export function createBuyerIds(mode: 'open' | 'both', seed: number): (buyer: Buyer) => Buyer {
  const random = seeded(seed)
  return buyer => {
    if (buyer.openId) return buyer
    const reported = mode === 'open' ? 'open' : REPORTED[Math.floor(random() * REPORTED.length)]!
    return reported === 'id' ? buyer : { ...buyer, openId: openIdOf(buyer), isIdReported: reported === 'both' }
  }
}

/** The buyer's ids as replies (`buyer_user_id`) and notifies (`buyer_id`) have them; never none. */
export function buyerFields(buyer: Buyer, idName: 'buyer_id' | 'buyer_user_id'): Readonly<Record<string, string>> {
  return {
    ...(buyer.openId && !buyer.isIdReported ? {} : { [idName]: buyer.buyerId }),
    ...(buyer.openId ? { buyer_open_id: buyer.openId } : {}),
  }
}

/** Alipay: the same account has another open id in every app. */
function openIdOf({ buyerId }: Buyer): string {
  return `0${createHash('sha256').update(buyerId).digest('hex').slice(0, 46)}`
}
