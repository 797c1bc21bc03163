import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { call } from './http.ts'
import { system } from './system.ts'

/** A trade in the simulator's books. */
export interface Trade {
  tradeNo: string
  outTradeNo: string
  totalAmount: string
  subject: string
  tradeStatus: string
  expiresAt: string
  /** Only from `pay`: where the browser is sent. */
  returnUrl: string
}

/** A notify in the simulator's books. */
export interface Notify {
  notifyId: string
  url: string
  fields: Record<string, string>
  delivered: boolean
  attempts: { outcome: string; answer?: string }[]
}

/** What the simulator is told to do wrong. */
export interface Faults {
  gateway?: 'down' | 'slow' | 'html' | 'hang'
  slowMs?: number
  /** Only calls of these methods meet it, and only so many. */
  methods?: string[]
  gatewayTimes?: number
  notify?: 'drop' | 'duplicate' | 'delay'
}

const control = <Body>(method: string, path: string, body?: object) =>
  call<Body & { error?: { subCode: string } }>(method, `/simulator${path}`, { base: system.simulatorUrl, body })

async function done<Body>(answer: ReturnType<typeof control<Body>>): Promise<Body> {
  const { status, text, body } = await answer
  if (status !== 200) throw new Error(`the simulator answered ${status}: ${text}`)
  return body
}

/** Pays at the cashier that a signed link leads to. @throws Error with Alipay's code when it can't be paid */
export const pay = (paymentUrl: string) => done<Trade>(control('POST', '/pay', { url: paymentUrl }))

/** Pays at a link whose trade is closed, or whose time is over: money that was on its way already. */
export const payLate = (paymentUrl: string) => done<Trade>(control('POST', '/pay', { url: paymentUrl, late: true }))

/** The seller gives money back in Alipay's own console, all that is left of it. */
export const refundInConsole = (outTradeNo: string, outRequestNo: string) =>
  done<Trade>(control('POST', '/refund', { outTradeNo, outRequestNo }))

/** Lets Alipay have its bill of a day, which it has of days that are over. */
export const makeBill = (date: string) => done<object>(control('POST', '/bills', { date, ready: true }))

/** Tries to pay; gives the code of Alipay's refusal, or undefined. */
export async function refusalToPay(paymentUrl: string): Promise<string | undefined> {
  return (await control('POST', '/pay', { url: paymentUrl })).body.error?.subCode
}

/** Scans, or logs in, without paying: the trade exists from then on. */
export const scan = (paymentUrl: string) => done<Trade>(control('POST', '/open', { url: paymentUrl }))

export const readTrade = (outTradeNo: string) => done<Trade>(control('GET', `/trades/${outTradeNo}`))

export const readNotifies = async (outTradeNo: string) =>
  (await done<{ items: Notify[] }>(control('GET', `/notifies?outTradeNo=${outTradeNo}`))).items

export const redeliver = (notifyId: string) => done<Notify>(control('POST', `/notifies/${notifyId}/redeliver`))

/** From now on Alipay does these things wrong, and no others. */
export const setFaults = (faults: Faults) => done<object>(control('POST', '/faults', faults))

export const clearFaults = () => done<object>(control('DELETE', '/faults'))

/** Delivers a notify of the test's own making. */
export const deliver = (form: URLSearchParams | string, contentType = 'application/x-www-form-urlencoded') =>
  call('POST', '/api/payment/notify', { body: form.toString(), headers: { 'content-type': contentType } })

/** What Alipay would say about an order that was paid, not yet signed. */
export function notifyOf(
  { outTradeNo, totalFen }: { outTradeNo: string; totalFen: number },
  changes: Record<string, string> = {},
): Record<string, string> {
  const { appId, sellerId } = system.alipay
  return {
    notify_time: '2026-01-02 03:04:05',
    notify_type: 'trade_status_sync',
    notify_id: `20260102${Math.random().toString().slice(2)}`,
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: `2026010222001${Math.random().toString().slice(2, 16)}`,
    out_trade_no: outTradeNo,
    buyer_id: '2088722000000001',
    seller_id: sellerId,
    trade_status: 'TRADE_SUCCESS',
    total_amount: (totalFen / 100).toFixed(2),
    gmt_payment: '2026-01-02 03:04:04',
    ...changes,
  }
}

/** The key that Alipay signs with: only its owner can make shops believe something. */
const alipayKey = () => createPrivateKey(readFileSync(system.alipay.privateKeyFile, 'utf8'))

/** A key that Alipay does not have. */
export const strangersKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** Signs a notify as Alipay does: over everything but `sign` and `sign_type`, sorted. */
export function signNotify(
  fields: Record<string, string>,
  {
    key = alipayKey(),
    hash = 'RSA-SHA256',
    signType = 'RSA2',
  }: { key?: KeyObject; hash?: string; signType?: string } = {},
): URLSearchParams {
  const text = Object.keys(fields)
    .sort()
    .map(name => `${name}=${fields[name]}`)
    .join('&')
  const signature = sign(hash, Buffer.from(text), key).toString('base64')
  return new URLSearchParams({ ...fields, sign_type: signType, sign: signature })
}
