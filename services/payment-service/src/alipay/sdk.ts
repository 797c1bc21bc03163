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
 * Alipay's official SDK, with errors that quote an unverified reply. The SDK's own error for an `error_response` omits
 * its `sub_code`, and its TypeError for a missing signature omits the reply.
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
