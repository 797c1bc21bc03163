import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { buildApp } from './app.ts'
import { createBillDesk } from './bill/bill-desk.ts'
import { createBuyerIds } from './buyer-ids.ts'
import { createCashier } from './cashier/cashier.ts'
import type { ReturnUrlQuery } from './cashier/return-url.ts'
import { createFaultSwitches } from './faults.ts'
import { type KeyMode, loadKeys } from './keys.ts'
import { openLedger } from './ledger/ledger.ts'
import { lockFolder } from './ledger/lock.ts'
import { type Log, silent } from './log.ts'
import { createExpiryNotifies } from './notify/expiry-notifies.ts'
import { createFurtherFields } from './notify/further-fields.ts'
import { createNotifier, type NotifyContentType } from './notify/notifier.ts'
import { type Product, productNames } from './products.ts'

export interface SimulatorOptions {
  /** The folder of keys and ledger, created when missing. One simulator at a time. */
  readonly dataDir: string
  /** 0, the default, chooses a free port. */
  readonly port?: number
  /** The address to listen on; 127.0.0.1 by default. */
  readonly host?: string
  readonly appId?: string
  readonly sellerId?: string
  /** PEM or bare base64. Without it the simulator generates the app's key pair and provides the private key. */
  readonly appPublicKey?: string
  /**
   * Whether requests are signed with keys alone, name certificates, or do either; `key` by default. The other two make a
   * chain of certificates at the first start.
   */
  readonly keyMode?: KeyMode
  /** What the app has contracted; everything by default. */
  readonly products?: readonly Product[]
  /** The mini program that is bound to the app. */
  readonly miniAppId?: string
  /** `open`: the app takes buyers' open ids only, like apps made since 2023. `both` by default. */
  readonly buyerIds?: 'open' | 'both'
  /** How many times faster than Alipay notifies are repeated: at 60 the first wait of 4 minutes takes 4 seconds. */
  readonly timeScale?: number
  /** Host names notifies may go to, beside this machine's loopback. */
  readonly notifyAllow?: readonly string[]
  /** Alipay's odd `application/x-www-form-urlencoded; text/html; …`: always, never, or for every other notify. */
  readonly notifyContentType?: NotifyContentType
  /** Decides which notify has which additional fields, and which trade which ids of its buyer; 0 by default. */
  readonly notifyFieldsSeed?: number
  /** Whether return_url keeps its own query parameters; it does by default. */
  readonly returnUrlQuery?: ReturnUrlQuery
  /** The least time between two refunds of one trade; sooner ones are refused. Alipay: leave 3 seconds. */
  readonly refundGapMs?: number
  readonly logger?: Log
  /** Ms since 1970; the system's clock by default. */
  readonly now?: () => number
}

export interface Simulator {
  readonly url: string
  readonly gatewayUrl: string
  readonly appId: string
  readonly sellerId: string
  /** PEM, PKCS8: the merchant's key for signing. Undefined when `appPublicKey` was given. */
  readonly appPrivateKey: string | undefined
  /** PEM: verifies replies and notifies. It changes when Alipay's key is rotated. */
  readonly alipayPublicKey: string
  /** PEM, undefined in key mode: the certificate of the merchant's key. */
  readonly appCertificate: string | undefined
  /** PEM, undefined in key mode: Alipay's certificate, then its issuer's. It changes with Alipay's key. */
  readonly alipayCertificate: string | undefined
  /** PEM, undefined in key mode: the roots to trust. */
  readonly rootCertificates: string | undefined
  /** Stops listening and delivering, and unlocks the folder. Remaining deliveries continue at the next start. */
  close(): Promise<void>
}

export type { KeyMode } from './keys.ts'
export type { Log } from './log.ts'
export type { NotifyContentType } from './notify/notifier.ts'
export type { Product } from './products.ts'

export const DEFAULT_APP_ID = '9021000150600001'
export const DEFAULT_SELLER_ID = '2088721000000015'
export const DEFAULT_MINI_APP_ID = '2021000000000001'
export const DEFAULT_REFUND_GAP_MS = 3_000

/** Starts a gateway. Throws when the folder is in use, the ledger is damaged, a key is unreadable or the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { dataDir, host = '127.0.0.1', appId = DEFAULT_APP_ID, sellerId = DEFAULT_SELLER_ID } = options
  const { logger: log = silent, now = Date.now } = options
  await mkdir(dataDir, { recursive: true })
  const unlock = await lockFolder(dataDir)
  try {
    const keyMode = options.keyMode ?? 'key'
    const keys = await loadKeys({ dataDir, mode: keyMode, appId, appPublicKey: options.appPublicKey })
    const { alipay: key, certificates, rotate } = keys
    const ledger = await openLedger(dataDir, now)
    const faults = createFaultSwitches()
    const notifier = createNotifier({
      ledger,
      key,
      faults,
      now,
      log,
      timeScale: options.timeScale ?? 1,
      contentType: options.notifyContentType ?? 'alternate',
    })
    const app = {
      appId,
      sellerId,
      publicKey: keys.appPublicKey,
      products: new Set(options.products ?? productNames),
      miniAppId: options.miniAppId ?? DEFAULT_MINI_APP_ID,
      buyerIds: options.buyerIds ?? 'both',
      certificates: certificates && {
        required: keyMode === 'certificate',
        appSn: certificates.app.sn,
        rootSn: certificates.roots.sn,
      },
    }
    const furtherFields = createFurtherFields(options.notifyFieldsSeed ?? 0)
    const notifyHosts = options.notifyAllow ?? []
    const closing = new AbortController()
    const watchExpiry = createExpiryNotifies({ ledger, notifier, furtherFields, now, closing: closing.signal })
    const withReportedIds = createBuyerIds(app.buyerIds, options.notifyFieldsSeed ?? 0)
    const cashier = createCashier({
      app,
      ledger,
      notifier,
      faults,
      notifyHosts,
      furtherFields,
      withReportedIds,
      watchExpiry,
      now,
    })
    const refundGapMs = options.refundGapMs ?? DEFAULT_REFUND_GAP_MS
    const bills = createBillDesk(ledger)
    const returnUrlQuery = options.returnUrlQuery ?? 'keep'
    const shared = {
      app,
      ledger,
      cashier,
      notifier,
      faults,
      key,
      certificates,
      rotate,
      now,
      log,
      refundGapMs,
      furtherFields,
      withReportedIds,
      notifyHosts,
      bills,
      returnUrlQuery,
    }
    const server = buildApp({ ...shared, closing: closing.signal })

    async function close(): Promise<void> {
      closing.abort()
      await server.close()
      await notifier.close()
      await ledger.close()
    }
    try {
      await server.listen({ host, port: options.port ?? 0 })
    } catch (error) {
      await close()
      throw error
    }
    for (const notify of ledger.unfinishedNotifies()) notifier.enqueue(notify)
    const url = urlOf(server.server.address() as AddressInfo)
    let closed: Promise<void> | undefined
    return {
      url,
      gatewayUrl: `${url}/gateway.do`,
      appId,
      sellerId,
      appPrivateKey: keys.appPrivateKeyPem,
      get alipayPublicKey() {
        return key.publicPem
      },
      appCertificate: certificates?.app.pem,
      get alipayCertificate() {
        return key.certificate?.pem
      },
      rootCertificates: certificates?.roots.pem,
      close() {
        closed ??= close().finally(unlock)
        return closed
      },
    }
  } catch (error) {
    await unlock()
    throw error
  }
}

/** The address for a client on this machine. A server on all interfaces is reached through loopback. */
function urlOf({ address, family, port }: AddressInfo): string {
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${port}`
  return family === 'IPv6' ? `http://[${address}]:${port}` : `http://${address}:${port}`
}
