import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { BillDesk } from '../bill/bill-desk.ts'
import type { Cashier } from '../cashier/cashier.ts'
import { problemPage, welcomePage } from '../cashier/pages.ts'
import type { Certificates } from '../certificates/certificates.ts'
import type { FaultSwitches } from '../faults.ts'
import type { AlipayKey } from '../keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { parseBizContent } from '../methods/biz-content.ts'
import type { ServerContext } from '../methods/server-method.ts'
import { knowsMethod, serverMethods } from '../methods/table.ts'
import type { Notifier } from '../notify/notifier.ts'
import type { Notify } from '../notify.ts'
import { isPageMethod } from '../products.ts'
import { parseParameters, queryOf } from '../protocol/parameters.ts'
import { duplicated, invalid } from '../protocol/refusals.ts'
import { failure, type ReplyFields, replyText } from '../protocol/replies.ts'
import { type App, usesCertificates, type Verified, verifyRequest } from '../protocol/verify-request.ts'
import type { Parameters } from '../rsa.ts'
import type { Buyer } from '../trade.ts'
import { type Call, misbehaveBefore, sendReply } from './misbehave.ts'

export interface GatewayOptions {
  readonly app: App
  readonly ledger: Ledger
  readonly cashier: Cashier
  readonly key: AlipayKey
  /** Undefined in key mode. */
  readonly certificates: Certificates | undefined
  readonly notifier: Notifier
  readonly bills: BillDesk
  readonly faults: FaultSwitches
  /** Hosts that notifies may go to, beside loopback. */
  readonly notifyHosts: readonly string[]
  /** Additional fields for the next notify. */
  readonly furtherFields: () => Parameters
  /** Adds the ids of a new trade's buyer that replies and notifies have. */
  readonly withReportedIds: (buyer: Buyer) => Buyer
  /** The least time between two refunds of one trade. */
  readonly refundGapMs: number
  readonly now: () => number
  /** Aborted when the simulator closes. */
  readonly closing: AbortSignal
}

/** `/gateway.do`: every call of a merchant arrives here, by GET or POST. */
export function gatewayRoutes(server: FastifyInstance, options: GatewayOptions): void {
  const { app, key, faults, closing } = options
  server.route({
    method: ['GET', 'POST'],
    url: '/gateway.do',
    async handler(request, reply) {
      const body = typeof request.body === 'string' ? request.body : ''
      const query = queryOf(request.raw.url ?? '')
      const parsed = parseParameters(query, body)
      const method = parsed.parameters.method ?? ''
      const isPage = isPageMethod(method)
      const fault = faults.forCall(method, isPage)
      const inCertificateMode = usesCertificates(parsed.parameters, app)
      const signer = () => ({
        key: key.current,
        certificateSn: inCertificateMode ? key.certificate?.sn : undefined,
      })
      const call: Call = { method, fault, signer, request, reply, closing }
      if (await misbehaveBefore(call)) return reply
      if (isPage) return showCashier(options.cashier, query, body, reply)
      const verified: Verified = parsed.ok
        ? verifyRequest(parsed.parameters, app, knowsMethod, options.now())
        : { ok: false, method: undefined, problem: duplicated(parsed.duplicate) }
      const text = await answer(verified, options, call)
      reply.header('trace_id', randomBytes(16).toString('hex'))
      await sendReply(call, text)
      return reply
    },
  })
}

/** The text of the reply to a server call, whose effect is on disk. */
async function answer(verified: Verified, options: GatewayOptions, call: Call): Promise<string> {
  const { ledger } = options
  const { fault, signer } = call
  if (!verified.ok) {
    const { method, problem } = verified
    return replyText(
      method && knowsMethod(method) ? method : undefined,
      failure(problem),
      problem.signed ? signer() : undefined,
    )
  }
  const biz = parseBizContent(verified.parameters)
  const notifies: Notify[] = []
  const context: ServerContext = {
    ledger,
    now: options.now(),
    refundGapMs: options.refundGapMs,
    refundFault: fault.refund,
    billFault: fault.bill,
    certificates: options.certificates,
    certificateFault: fault.certificate,
    bills: options.bills,
    furtherFields: options.furtherFields,
    withReportedIds: options.withReportedIds,
    app: options.app,
    notifyHosts: options.notifyHosts,
    parameters: verified.parameters,
    origin: `http://${call.request.host}`,
    send: notify => notifies.push(notify),
  }
  const serve = serverMethods.get(verified.method)
  const fields: ReplyFields = !biz.ok
    ? failure(biz.problem)
    : serve
      ? await serve(biz.biz, context)
      : failure(invalid('method', '该接口只能由支付宝客户端调起', true))
  await ledger.settled()
  for (const notify of notifies) options.notifier.enqueue(notify)
  return replyText(verified.method, fields, signer())
}

function showCashier(cashier: Cashier, query: string, body: string, reply: FastifyReply): FastifyReply {
  const reviewed = cashier.review(query, body)
  // The page contains query and body, so that every step can verify the signature again.
  const signedRequest = [query, body].filter(Boolean).join('&')
  return reply
    .type('text/html; charset=utf-8')
    .send(reviewed.ok ? welcomePage(reviewed.value, signedRequest) : problemPage(reviewed.problem))
}
