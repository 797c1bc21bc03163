import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CallFaults, pauseFor } from '../faults.ts'
import type { Problem } from '../protocol/refusals.ts'
import { failure, type ReplySigner, replyText } from '../protocol/replies.ts'

/** A call in progress, and the faults that affect it. */
export interface Call {
  readonly method: string
  readonly fault: CallFaults
  readonly signer: () => ReplySigner
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal
}

/** Alipay's reply when the outcome of a call is unknown to it. */
const BUSY: Problem = {
  code: '20000',
  msg: 'Service Currently Unavailable',
  subCode: 'isp.unknow-error',
  subMsg: '系统繁忙',
  signed: true,
}

/** Applies the faults that act before the call takes effect. True when the request has been answered. */
export async function misbehaveBefore(call: Call): Promise<boolean> {
  switch (call.fault.gateway) {
    case 'down':
      resetConnection(call)
      return true
    case 'html':
      badGateway(call)
      return true
    case 'busy':
      sendJson(call, busyText(call))
      return true
    case 'error':
      sendJson(call, replyText(undefined, failure(BUSY), undefined))
      return true
    case 'slow':
      await pauseFor(call.fault.slowMs, call.closing)
      return false
    default:
      return false
  }
}

/** Sends the reply of a call that took effect, or applies a fault instead. */
export async function sendReply(call: Call, text: string): Promise<void> {
  switch (call.fault.gateway) {
    case 'hang':
      call.reply.hijack()
      await pauseFor(call.fault.slowMs, call.closing)
      call.request.raw.socket.resetAndDestroy()
      return
    case 'reset':
      return resetConnection(call)
    case 'html_after':
      return badGateway(call)
    case 'busy_after':
      return sendJson(call, busyText(call))
    case 'bad_sign':
      return sendJson(
        call,
        withoutSign(text, sign => `,"sign":"${sign.startsWith('A') ? 'B' : 'A'}${sign.slice(1)}"`),
      )
    case 'no_sign':
      return sendJson(
        call,
        withoutSign(text, () => ''),
      )
    default:
      return sendJson(call, text)
  }
}

function sendJson({ reply }: Call, text: string): void {
  reply.type('application/json;charset=utf-8').send(text)
}

function busyText({ method, signer }: Call): string {
  return replyText(method || undefined, failure(BUSY), signer())
}

function badGateway({ reply }: Call): void {
  reply.code(502).type('text/html; charset=utf-8').send('<html><body><h1>502 Bad Gateway</h1></body></html>')
}

function resetConnection({ request, reply }: Call): void {
  reply.hijack()
  request.raw.socket.resetAndDestroy()
}

/** Replaces the signature, which is the last field of a reply's text. */
function withoutSign(text: string, instead: (sign: string) => string): string {
  return text.replace(/,"sign":"([^"]*)"\}$/, (_whole, sign: string) => `${instead(sign)}}`)
}
