import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { notifyFields, signNotify as signWith, simulatorClient } from '@alipay-checkout/test-support'
import { call } from './http.ts'
import { system } from './system.ts'

export const {
  pay,
  open: openCashier,
  refund: refundInConsole,
  refusalToPay,
  makeBill,
  readTrade,
  readNotifies,
  redeliver,
  setFaults,
  clearFaults,
} = simulatorClient(system.simulatorUrl)

/** Pays at a link whose trade is closed or expired: the money was already on its way. */
export const payLate = (paymentUrl: string) => pay(paymentUrl, { late: true })

/** What the simulator is told to do wrong. */
export interface Faults {
  gateway?: 'down' | 'slow' | 'html' | 'hang'
  slowMs?: number
  /** Only calls of these methods are affected, and only so many. */
  methods?: string[]
  gatewayTimes?: number
  notify?: 'drop' | 'duplicate' | 'delay'
}

/** Delivers a notify of the test's own making. */
export const deliver = (form: URLSearchParams | string, contentType = 'application/x-www-form-urlencoded') =>
  call('POST', '/api/payment/notify', { body: form.toString(), headers: { 'content-type': contentType } })

/** A notify about a paid order, not yet signed. */
export const notifyOf = (trade: { outTradeNo: string; totalFen: number }, changes?: Record<string, string>) =>
  notifyFields(system.alipay, trade, changes)

/** The key that Alipay signs with. */
const alipayKey = () => createPrivateKey(readFileSync(system.alipay.privateKeyFile, 'utf8'))

/** A key that Alipay does not have. */
export const strangersKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

/** Signs a notify with Alipay's key, unless another is given. */
export const signNotify = (
  fields: Record<string, string>,
  { key = alipayKey(), ...options }: { key?: Parameters<typeof signWith>[1] } & Parameters<typeof signWith>[2] = {},
) => signWith(fields, key, options)
