import { Socket } from 'node:net'
import type { AlipaySdkCommonResult } from 'alipay-sdk'
import { beijingTime } from './beijing-time.ts'
import type { AlipayKeys } from './keys.ts'
import { type AlipayReply, describeReply, quoteReply } from './reply.ts'

const { destroy } = Socket.prototype

const sdk = await import('alipay-sdk')

// The SDK's HTTP client replaces this method for the whole process with one that throws when two sockets end with the
// same error, so that a lost connection pool would end the service. The SDK works without the replacement.
Socket.prototype.destroy = destroy

/** A reply without a valid signature: it is only quoted, never applied. */
export class UnverifiedReply extends Error {
  override readonly name = 'UnverifiedReply'
  /** Undefined where the text does not have the format of Alipay's replies. */
  readonly reply: AlipayReply | undefined

  /** `note`: what else people should know, such as why the certificate that the reply names is not used. */
  constructor(raw: string, signed: boolean, note?: string) {
    const reply = quoteReply(raw)
    const lack = signed ? 'the signature of Alipay’s reply does not verify' : 'Alipay’s reply carries no signature'
    const about = note ? `${lack} (${note})` : lack
    super(reply ? `${about}; unverified: ${describeReply(reply)}` : about)
    this.reply = reply
  }
}

type BizContent = Readonly<Record<string, unknown>>

/** A signed reply that has not been verified yet. */
interface SignedReply {
  readonly raw: string
  readonly responseKey: string
  readonly signature: string
}

/** How Alipay calls a certificate: the MD5 of issuer and serial number. */
const serialNumberShape = /^[0-9a-f]{32}$/

/**
 * Alipay's official SDK, with the verification of replies replaced: by any of several keys or certificates, also one that
 * has to be downloaded first, and with errors that quote an unverified reply. The SDK's own error for an `error_response`
 * omits its `sub_code`, and its TypeError for a missing signature omits the reply.
 */
export class AlipaySdk extends sdk.AlipaySdk {
  readonly #keys: AlipayKeys
  /** What `checkResponseSign` has refused. Not a field of the error, which would be logged with the whole reply. */
  readonly #refused = new WeakMap<UnverifiedReply, SignedReply>()

  constructor(options: { appId: string; gateway: string; keys: AlipayKeys; timeoutMs?: number }) {
    super({
      appId: options.appId,
      gateway: options.gateway,
      // Bare base64 PKCS#8 loads with any `keyType`. A PEM whose header differs from it throws at the first call.
      privateKey: options.keys.appPrivateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64'),
      keyType: 'PKCS8',
      ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
      // Field names stay as Alipay writes them, in both directions.
      camelcase: false,
    })
    this.#keys = options.keys
  }

  /**
   * Makes one call; resolves to the verified reply. Throws UnverifiedReply, and the SDK's errors. Notifies of what the call
   * makes go to `notifyUrl`.
   */
  async call(method: string, bizContent: BizContent, notifyUrl?: string): Promise<AlipaySdkCommonResult> {
    try {
      // Off by default, which would accept a tampered reply. When on, an unsigned error_response throws as well.
      return await this.exec(method, this.#parameters(bizContent, notifyUrl), { validateSign: true })
    } catch (error) {
      const refused = error instanceof UnverifiedReply ? this.#refused.get(error) : undefined
      if (!refused) throw error
      return this.#verifyWithObtained(refused, error as UnverifiedReply)
    }
  }

  /** The SDK throws on an undefined `notifyUrl`. Its own timestamp would be in the process's time zone. */
  #parameters(bizContent: BizContent, notifyUrl?: string) {
    return {
      timestamp: beijingTime(new Date()),
      bizContent,
      ...(notifyUrl === undefined ? {} : { notifyUrl }),
      ...this.#keys.certificateParameters,
    }
  }

  /** Verifies the same reply with the certificate that it names; another call could have another effect. */
  async #verifyWithObtained(refused: SignedReply, error: UnverifiedReply): Promise<AlipaySdkCommonResult> {
    const { obtain } = this.#keys.alipay
    const reply = JSON.parse(refused.raw) as Record<string, unknown>
    const serialNumber = String(reply.alipay_cert_sn)
    if (!obtain || !serialNumberShape.test(serialNumber)) throw error
    const mistake = await obtain(serialNumber, number => this.#download(number))
    if (mistake !== undefined) throw new UnverifiedReply(refused.raw, true, `certificate ${serialNumber}: ${mistake}`)
    if (!this.#isVerified(refused)) throw error
    return reply[refused.responseKey] as AlipaySdkCommonResult
  }

  /** The reply is not verified, because it may be signed with the very certificate that it has. */
  async #download(serialNumber: string): Promise<unknown> {
    const method = 'alipay.open.app.alipaycert.download'
    const reply = await this.exec(method, this.#parameters({ alipay_cert_sn: serialNumber }), { validateSign: false })
    if (reply.code !== '10000') throw new Error(`${method} answered ${reply.code} ${reply.sub_code ?? reply.msg}`)
    return reply.alipay_cert_content
  }

  override checkResponseSign(raw: string, responseKey: string, signature: unknown, _traceId: string): void {
    if (typeof signature !== 'string' || signature === '') throw new UnverifiedReply(raw, false)
    const signed = { raw, responseKey, signature }
    if (this.#isVerified(signed)) return
    const error = new UnverifiedReply(raw, true)
    this.#refused.set(error, signed)
    throw error
  }

  #isVerified({ raw, responseKey, signature }: SignedReply): boolean {
    const text = Buffer.from(this.getSignStr(raw, responseKey))
    return this.#keys.alipay.verify(text, Buffer.from(signature, 'base64'))
  }
}
