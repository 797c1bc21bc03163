import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { AlipaySdkCommonResult } from 'alipay-sdk'
import type { AlipayKeys } from './keys.ts'
import { AlipaySdk } from './sdk.ts'

/** Alipay's answer to the query for a day's bill. */
export type BillAnswer =
  | { readonly outcome: 'ready'; readonly url: string; readonly emptyDay: boolean }
  /** Not available yet, refused, or no clear answer. */
  | { readonly outcome: 'not_ready'; readonly detail: string }

/** A bill that was downloaded to disk. */
export interface DownloadedBill {
  readonly sha256: string
  readonly bytes: number
}

export interface BillClient {
  /** Queries the address of the trade bill of a day, `yyyy-MM-dd` in Beijing. Never throws. */
  query(date: string): Promise<BillAnswer>
  /** Downloads a bill to `path`. The URL is valid for 30 s. Throws with the reason. */
  download(url: string, path: string): Promise<DownloadedBill>
}

/** Time limit of the whole download, ms. */
const downloadTimeoutMs = 10 * 60_000
/** A compressed bill of a million lines has about ten million bytes. */
const billBytesMax = 512 * 1024 * 1024

/** Queries and downloads bills, only from the gateway's own host and `hosts` (`host` or `host:port`). */
export function createBillClient(options: {
  appId: string
  gateway: string
  keys: AlipayKeys
  timeoutMs: number
  hosts: readonly string[]
  bytesMax?: number
}): BillClient {
  const sdk = new AlipaySdk(options)
  const hosts = new Set([new URL(options.gateway).host, ...options.hosts])
  const bytesMax = options.bytesMax ?? billBytesMax

  return {
    async query(date) {
      try {
        const content = { bill_type: 'trade', bill_date: date }
        const reply = await sdk.call('alipay.data.dataservice.bill.downloadurl.query', content)
        return readBillAnswer(reply)
      } catch (error) {
        return { outcome: 'not_ready', detail: `no clear answer: ${(error as Error).message.slice(0, 300)}` }
      }
    },
    async download(url, path) {
      requireAllowedHost(url, hosts)
      // Alipay's downloads do not redirect, and a redirect could lead to any host.
      const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(downloadTimeoutMs) })
      if (!response.ok || !response.body) {
        await response.body?.cancel()
        throw new Error(`the download answered ${response.status}`)
      }
      const hash = createHash('sha256')
      let bytes = 0
      const measure = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length
          hash.update(chunk)
          done(bytes > bytesMax ? new Error(`the bill is larger than ${bytesMax} bytes`) : null, chunk)
        },
      })
      await pipeline(Readable.fromWeb(response.body as ReadableStream), measure, createWriteStream(path))
      const declared = response.headers.get('content-length')
      if (declared !== null && Number(declared) !== bytes) throw new Error('the download ended early')
      return { sha256: hash.digest('hex'), bytes }
    },
  }
}

/** Reads a verified reply to the query for a bill's address. */
export function readBillAnswer(reply: AlipaySdkCommonResult): BillAnswer {
  const url = reply.bill_download_url
  if (reply.code !== '10000' || typeof url !== 'string' || !URL.canParse(url)) {
    return { outcome: 'not_ready', detail: `${reply.code} ${reply.sub_code ?? reply.msg}` }
  }
  return { outcome: 'ready', url, emptyDay: reply.bill_file_code === 'EMPTY_DATA_WITH_BILL_FILE' }
}

/** Throws unless a bill may be fetched from there. */
export function requireAllowedHost(url: string, hosts: ReadonlySet<string>): void {
  const { protocol, host, username, password } = new URL(url)
  if (!/^https?:$/.test(protocol) || username || password || !hosts.has(host)) {
    throw new Error(`a bill may not be fetched from ${protocol}//${host}: BILL_HOSTS does not name it`)
  }
}
