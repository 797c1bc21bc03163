import { Socket } from 'node:net'
import { type AlipayReply, describeReply, quoteReply } from './reply.ts'

const { destroy } = Socket.prototype

const sdk = await import('alipay-sdk')

// Its HTTP client replaces this for the whole process by one that throws when two sockets end with the same error:
// a lost connection pool would end the service. The SDK works without that.
Socket.prototype.destroy = destroy

/** A reply without a sound signature: nothing in it may be believed, and what it says is only quoted. */
export class UnverifiedReply extends Error {
  override readonly name = 'UnverifiedReply'
  /** None where the text is no reply of Alipay's in shape. */
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
