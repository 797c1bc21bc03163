import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { notifyFields, signNotify } from '@alipay-checkout/test-support'
import { closedLoop, type LoadResult } from './closed-loop.ts'
import type { Shop } from './shop.ts'

/** The merchant, and the key that Alipay signs with. */
export interface NotifySigner {
  privateKeyFile: string
  appId: string
  sellerId: string
}

export interface PaidTrade {
  outTradeNo: string
  /** Alipay's number. */
  tradeNo: string
  totalFen: number
}

/** A signed notify, and the order that it pays. */
export interface SignedNotify {
  orderId: string
  form: string
}

export function signNotifies(signer: NotifySigner, trades: readonly PaidTrade[]): SignedNotify[] {
  const key = createPrivateKey(readFileSync(signer.privateKeyFile, 'utf8'))
  // Beijing has no daylight saving time.
  const now = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  return trades.map(trade => {
    const { tradeNo: trade_no, outTradeNo: orderId } = trade
    const changes = { trade_no, notify_id: `bench${trade_no}`, notify_time: now, gmt_create: now, gmt_payment: now }
    return { orderId, form: signNotify(notifyFields(signer, trade, changes), key).toString() }
  })
}

/** Posts notifies, so many at a time, and waits until every order is PAID. */
export function postNotifies(shop: Shop, notifies: readonly SignedNotify[], concurrency: number): Promise<LoadResult> {
  return closedLoop({ count: notifies.length, concurrency }, async index => {
    const { orderId, form } = notifies[index]!
    const paid = shop.paid.next(orderId)
    paid.catch(() => {})
    await shop.notify(form)
    await paid
  })
}
