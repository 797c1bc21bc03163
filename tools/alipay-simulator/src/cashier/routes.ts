import type { FastifyInstance, FastifyReply } from 'fastify'
import { parseParameters } from '../protocol/parameters.ts'
import { invalid } from '../protocol/refusals.ts'
import type { SigningKey } from '../rsa.ts'
import type { PaymentRequest } from '../trade.ts'
import { buyers, type Cashier, type CashierResult } from './cashier.ts'
import { closedPage, leftPage, paidPage, payPage, problemPage } from './pages.ts'
import { type ReturnUrlQuery, signedReturnUrl } from './return-url.ts'

export interface CashierRouteOptions {
  readonly cashier: Cashier
  readonly key: SigningKey
  readonly now: () => number
  readonly returnUrlQuery: ReturnUrlQuery
}

interface Step {
  readonly request: PaymentRequest
  readonly signedRequest: string
  readonly buyer: (typeof buyers)[number]
}

/**
 * `POST /cashier`: the buttons of the cashier page. Each form contains the merchant's signed request, which is verified
 * again every time. There is no session, so a page still works after a restart.
 */
export function cashierRoutes(server: FastifyInstance, options: CashierRouteOptions): void {
  server.post('/cashier', async (request, reply) => {
    const form = parseParameters(typeof request.body === 'string' ? request.body : '')
    const fields = form.ok ? form.parameters : {}
    const signedRequest = fields.request ?? ''
    const action = actions[fields.action ?? '']
    if (!action)
      return reply
        .code(400)
        .type('text/html; charset=utf-8')
        .send(problemPage(invalid('parameter', '未知操作 action')))
    const reviewed = options.cashier.review(signedRequest)
    if (!reviewed.ok) return html(reply, problemPage(reviewed.problem))
    const buyer = buyers.find(known => known.buyerId === fields.buyer) ?? buyers[0]
    return await action({ request: reviewed.value, signedRequest, buyer }, options, reply)
  })
}

type Action = (step: Step, options: CashierRouteOptions, reply: FastifyReply) => Promise<FastifyReply>

const actions: Readonly<Record<string, Action>> = Object.assign(Object.create(null), {
  async login(step, { cashier, now }, reply) {
    const opened = await cashier.open(step.request, step.buyer)
    return html(reply, opened.ok ? payPage(opened.value, step.signedRequest, now()) : problemPage(opened.problem))
  },
  async pay(step, { cashier, key, now, returnUrlQuery }, reply) {
    const paid = await cashier.pay(step.request.outTradeNo, step.buyer)
    if (!paid.ok) return html(reply, problemPage(paid.problem))
    const back = signedReturnUrl(returningTo(paid.value, step.request), key, now(), returnUrlQuery)
    return back ? reply.redirect(back, 303) : html(reply, paidPage(paid.value))
  },
  async leave(step, _options, reply) {
    const { returnUrl, quitUrl = returnUrl } = step.request
    return quitUrl ? reply.redirect(quitUrl, 303) : html(reply, leftPage())
  },
  async close(step, { cashier }, reply) {
    const closed: CashierResult<unknown> = await cashier.close(step.request.outTradeNo)
    return html(reply, closed.ok ? closedPage(step.request) : problemPage(closed.problem))
  },
} satisfies Record<string, Action>)

/** The browser returns to the address of its own request, even if an earlier request opened the trade. */
function returningTo<T extends { returnUrl?: string }>(trade: T, { returnUrl }: PaymentRequest): T {
  return returnUrl ? { ...trade, returnUrl } : trade
}

function html(reply: FastifyReply, page: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(page)
}
