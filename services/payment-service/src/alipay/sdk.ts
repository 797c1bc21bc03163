import { Socket } from 'node:net'
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

  constructor(raw: string, signed: boolean) {
    const reply = quoteReply(raw)
    const lack = signed ? 'the signature of Alipay’s reply does not verify' : 'Alipay’s reply carries no signature'
    super(reply ? `${lack}; unverified: ${describeReply(reply)}` : lack)
    this.reply = reply
  }
}

/**
 * Alipay's official SDK, but an unverified reply keeps what it says. The SDK throws on `error_response` before anybody
 * can read its `sub_code`, and without a signature it throws a TypeError that carries no reply at all.
 */
export class AlipaySdk extends sdk.AlipaySdk {
  override checkResponseSign(raw: string, responseKey: string, signature: unknown, traceId: string): void {
    if (typeof signature !== 'string' || signature === '') throw new UnverifiedReply(raw, false)
    try {
      super.checkResponseSign(raw, responseKey, signature, traceId)
    } catch {
      throw new UnverifiedReply(raw, true)
    }
  }
}
