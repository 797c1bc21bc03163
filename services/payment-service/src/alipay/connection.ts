import { randomBytes } from 'node:crypto'
import type { Logger } from '@alipay-checkout/service-kit'
import { Gauge, type Registry } from 'prom-client'
import type { AlipayContact } from './call.ts'
import { whereCertificatesAre } from './certificate-settings.ts'
import { type AlipayKeys, whereAlipayPublicKeyIs, whereAppPrivateKeyIs } from './keys.ts'

/** Why calls to Alipay work or fail. A label of the metric, so the set is fixed. */
export type ConnectionReason =
  | 'ok'
  | 'not_asked_yet'
  /** Alipay does not answer. */
  | 'unreachable'
  /** Alipay answers that it cannot serve the call now. */
  | 'unavailable'
  | 'invalid_signature'
  /** The serial number of a certificate is missing, or Alipay does not know it. */
  | 'invalid_certificate'
  | 'invalid_app_id'
  | 'invalid_timestamp'
  | 'insufficient_permissions'
  /** The signature of Alipay's reply does not verify. */
  | 'reply_signature'
  | 'refused'

interface ConnectionState {
  readonly reason: ConnectionReason
  /** For people: what is wrong, and what most likely has to be changed. */
  readonly explanation: string
}

export interface AlipayConnection {
  /** Takes the result of a call. */
  observe(contact: AlipayContact): void
  /** Starts probing in the background: `query` makes one signed query about a number that cannot exist. */
  start(query: (outTradeNo: string) => Promise<unknown>): void
  /** For `/readyz`: throws with the explanation while calls to Alipay fail. */
  check(): Promise<void>
  close(): void
}

/** Pauses before the probe is repeated, ms. A refusal may be fixed at Alipay, without a restart. */
const pausesMs = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const
/** Pause before probing after a refused call, ms: ordinary traffic may show first that calls work. */
const suspicionPauseMs = 5_000

/**
 * Checks at startup whether app id, keys, gateway and clock fit together, before a shopper pays: a verified
 * `ACQ.TRADE_NOT_EXIST` proves all of them. The probe is repeated until then, and after a later call is refused.
 */
export function createAlipayConnection(options: {
  appId: string
  /** Whether the settings have keys or certificates: the remedies name other settings. */
  mode: AlipayKeys['mode']
  logger: Logger
  registry: Registry
}): AlipayConnection {
  const { appId, logger } = options
  const probeNo = `probe_${randomBytes(16).toString('hex')}`
  let state: ConnectionState = { reason: 'not_asked_yet', explanation: 'Alipay has not been called yet' }
  let query: ((outTradeNo: string) => Promise<unknown>) | undefined
  let timer: NodeJS.Timeout | undefined
  let probing = false
  let closed = false
  let tries = 0

  new Gauge({
    name: 'alipay_connection_ok',
    help: '1 when Alipay accepts calls and its replies verify, else 0; the reason is a label',
    labelNames: ['reason'],
    registers: [options.registry],
    collect() {
      this.reset()
      this.set({ reason: state.reason }, state.reason === 'ok' ? 1 : 0)
    },
  })

  function become(next: ConnectionState): void {
    const isNew = next.reason !== state.reason
    state = next
    if (!isNew) return
    const about = { reason: next.reason, appId }
    if (next.reason === 'ok') logger.info(about, next.explanation)
    else if (isRefusal(next.reason)) logger.error(about, next.explanation)
    else logger.warn(about, next.explanation)
  }

  function probeIn(pauseMs: number): void {
    if (closed || probing || timer || !query) return
    timer = setTimeout(probe, pauseMs)
  }

  function probe(): void {
    timer = undefined
    if (closed || !query) return
    probing = true
    query(probeNo)
      .catch(error => logger.error({ err: error }, 'the probe of the connection to Alipay failed'))
      .finally(() => {
        probing = false
        const pauseMs = pausesMs[Math.min(tries++, pausesMs.length - 1)] ?? 60_000
        if (state.reason !== 'ok') probeIn(pauseMs)
      })
  }

  return {
    observe(contact) {
      const next = assessContact(contact, options)
      if (next.reason === 'ok') {
        clearTimeout(timer)
        timer = undefined
        tries = 0
        become(next)
      } else if (contact.outTradeNo === probeNo) {
        become(next)
      } else if (isRefusal(next.reason)) {
        probeIn(suspicionPauseMs)
      }
    },
    start(run) {
      query = run
      probe()
    },
    async check() {
      if (state.reason !== 'ok' && state.reason !== 'not_asked_yet') throw new Error(state.explanation)
    },
    close() {
      closed = true
      clearTimeout(timer)
    },
  }
}

/** Only a changed setting, here or at Alipay, fixes these. */
function isRefusal(reason: ConnectionReason): boolean {
  return !['ok', 'not_asked_yet', 'unreachable', 'unavailable'].includes(reason)
}

const temporaryCodes = new Set(['20000', '40005'])
const acceptedCodes = new Set(['10000', '40004'])

interface Settings {
  readonly appId: string
  readonly mode: AlipayKeys['mode']
}

/** What a call shows about the connection. Pure. */
function assessContact(contact: AlipayContact, settings: Settings): ConnectionState {
  const { result, reply, detail } = contact
  if (result === 'no_reply') {
    return {
      reason: 'unreachable',
      explanation: `Alipay gives no answer, check ALIPAY_GATEWAY and the network: ${detail}`,
    }
  }
  const code = reply?.code ?? ''
  const subCode = reply?.subCode ?? ''
  const isAccepted = acceptedCodes.has(code) && subCode !== 'ACQ.ACCESS_FORBIDDEN'
  if (result === 'verified' && isAccepted) {
    return { reason: 'ok', explanation: 'Alipay accepts our calls, and its replies verify' }
  }
  if (isAccepted || !reply) {
    return { reason: 'reply_signature', explanation: `${detail}. ${replySignatureRemedy(settings)}` }
  }
  if (temporaryCodes.has(code) || subCode.startsWith('isp.')) {
    return { reason: 'unavailable', explanation: `Alipay cannot serve calls at the moment: ${detail}` }
  }
  const { reason, remedy } = refusalOf(code, subCode, settings)
  return { reason, explanation: `Alipay refuses our calls (${detail}). ${remedy}` }
}

function replySignatureRemedy({ appId, mode }: Settings): string {
  return mode === 'key'
    ? `ALIPAY_PUBLIC_KEY is most likely not the key that belongs to app ${appId} at ALIPAY_GATEWAY: copy it from ` +
        whereAlipayPublicKeyIs
    : `ALIPAY_PUBLIC_CERT is most likely not the certificate that belongs to app ${appId} at ALIPAY_GATEWAY, or has ` +
        `ended: give ${whereCertificatesAre.ALIPAY_PUBLIC_CERT}`
}

function certificateRemedy(subCode: string, { appId, mode }: Settings): string {
  if (mode === 'key') {
    return (
      `App ${appId} has certificates (证书) at Alipay, and the settings have a key: set ALIPAY_APP_CERT, ` +
      'ALIPAY_ROOT_CERT and ALIPAY_PUBLIC_CERT instead of ALIPAY_PUBLIC_KEY'
    )
  }
  return /root-cert/.test(subCode)
    ? `ALIPAY_ROOT_CERT is not the file that Alipay has at ALIPAY_GATEWAY: give ${whereCertificatesAre.ALIPAY_ROOT_CERT}`
    : `ALIPAY_APP_CERT is not the current certificate of app ${appId}, or the app has keys (密钥) at Alipay and needs ` +
        `ALIPAY_PUBLIC_KEY instead: give ${whereCertificatesAre.ALIPAY_APP_CERT}`
}

function refusalOf(code: string, subCode: string, settings: Settings): { reason: ConnectionReason; remedy: string } {
  const { appId } = settings
  if (/^isv\.[a-z-]*cert(-|$)/.test(subCode)) {
    return { reason: 'invalid_certificate', remedy: certificateRemedy(subCode, settings) }
  }
  if (/^isv\.(missing|invalid)-signature$/.test(subCode)) {
    return {
      reason: 'invalid_signature',
      remedy: `ALIPAY_PRIVATE_KEY most likely does not belong to app ${appId}: give ${whereAppPrivateKeyIs}`,
    }
  }
  if (/^isv\.(missing|invalid)-app-id$/.test(subCode)) {
    return {
      reason: 'invalid_app_id',
      remedy:
        `ALIPAY_GATEWAY has no app ${appId}: check ALIPAY_APP_ID, and whether gateway and app are both of ` +
        'production or both of the sandbox (open.alipay.com: 控制台 → your application)',
    }
  }
  if (/^isv\.(missing|invalid)-timestamp$/.test(subCode)) {
    return { reason: 'invalid_timestamp', remedy: 'The clock of this machine is most likely wrong: set it by NTP' }
  }
  if (code === '40006' || code === '20001' || subCode === 'ACQ.ACCESS_FORBIDDEN' || /permission/.test(subCode)) {
    return {
      reason: 'insufficient_permissions',
      remedy:
        `App ${appId} may not use this product: contract the products of ALIPAY_PRODUCTS for it (page 电脑网站支付, ` +
        'wap 手机网站支付, app APP支付, jsapi JSAPI支付, qr 订单码支付) and put the application online ' +
        '(open.alipay.com: 控制台 → your application → 产品绑定)',
    }
  }
  return {
    reason: 'refused',
    remedy: 'Check ALIPAY_GATEWAY and ALIPAY_APP_ID, and the signature type RSA2 at open.alipay.com: 开发设置',
  }
}
