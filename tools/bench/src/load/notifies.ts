import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Shop } from './shop.ts'
import { closedLoop, type LoadResult } from './shoppers.ts'

/** What is needed to speak as Alipay does. */
export interface AlipayVoice {
  privateKeyFile: string
  appId: string
  sellerId: string
}

/** A trade that money has come for. */
export interface PaidTrade {
  outTradeNo: string
  /** Alipay's number. */
  tradeNo: string
  totalFen: number
}

/** Signed notifies of paid trades, ready to be posted: the same fields as Alipay's. */
export function signNotifies(voice: AlipayVoice, trades: readonly PaidTrade[]): string[] {
  const key = createPrivateKey(readFileSync(voice.privateKeyFile, 'utf8'))
  return trades.map(trade => signNotify(voice, key, trade))
}

function signNotify({ appId, sellerId }: AlipayVoice, key: KeyObject, trade: PaidTrade): string {
  // Beijing keeps no summer time.
  const now = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
  const amount = (trade.totalFen / 100).toFixed(2)
  const fields: Record<string, string> = {
    notify_time: now,
    notify_type: 'trade_status_sync',
    notify_id: `bench${trade.tradeNo}`,
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: trade.tradeNo,
    out_trade_no: trade.outTradeNo,
    buyer_id: '2088722000000017',
    buyer_logon_id: 'lin***@sandbox.com',
    seller_id: sellerId,
    trade_status: 'TRADE_SUCCESS',
    total_amount: amount,
    receipt_amount: amount,
    invoice_amount: amount,
    buyer_pay_amount: amount,
    point_amount: '0.00',
    subject: `订单支付: ${trade.outTradeNo}`,
    gmt_create: now,
    gmt_payment: now,
    fund_bill_list: JSON.stringify([{ amount, fundChannel: 'ALIPAYACCOUNT' }]),
  }
  const text = Object.keys(fields)
    .sort()
    .map(name => `${name}=${fields[name]}`)
    .join('&')
  const signature = sign('RSA-SHA256', Buffer.from(text), key).toString('base64')
  return new URLSearchParams({ ...fields, sign_type: 'RSA2', sign: signature }).toString()
}

/** A notify that is ready to be posted, and the order that it pays. */
export interface ReadyNotify {
  orderId: string
  form: string
}

export interface NotifyResult extends LoadResult {
  /** From sending a notify until `success`. */
  answerMs: number[]
  /** From sending a notify until the order was PAID. */
  paidMs: number[]
}

/** Posts notifies, so many at a time, and waits until every order is PAID. */
export async function postNotifies(
  shop: Shop,
  notifies: readonly ReadyNotify[],
  senders: number,
): Promise<NotifyResult> {
  const answerMs: number[] = []
  const paidMs: number[] = []
  const result = await closedLoop({ count: notifies.length, shoppers: senders }, async index => {
    const { orderId, form } = notifies[index]!
    const since = performance.now()
    const paid = shop.paid.next(orderId)
    paid.catch(() => {})
    await shop.notify(form)
    answerMs.push(performance.now() - since)
    await paid
    paidMs.push(performance.now() - since)
  })
  return { ...result, answerMs, paidMs }
}
