import { type HttpApp, Problem, traceOf } from '@alipay-checkout/service-kit'
import { escapeHtml, plainPage } from '@alipay-checkout/storefront'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { browserOf, isLinkReader } from './browser.ts'
import { methodFor } from './choose-method.ts'
import { openPayment, ownPaymentLink, requirePayable, timeoutsMs } from './payment-link.ts'
import { wechatPage } from './wechat-page.ts'

interface Explanation {
  zh: string
  en: string
  /** Whether trying again can succeed. */
  retry: boolean
}

/**
 * `GET /pay/{id}`: redirects a browser to Alipay's page or wap, shows in WeChat's browser how to open the link in another
 * one, or explains why the order can't be paid now. For the preview of a link it opens nothing, because that may close a
 * payment that is under way. It needs no token: it shows nothing of the order, and paying another customer's order harms
 * no one.
 */
export function addPayPage(app: HttpApp, dependencies: Dependencies): void {
  const { config, contracted, site } = dependencies
  const prepare = (reply: FastifyReply) => reply.header('cache-control', 'no-store').header('vary', 'User-Agent')
  const options = {
    schema: { hide: true } as object,
    // Also for what hooks refuse, such as too many requests.
    errorHandler(error: Error, request: FastifyRequest, reply: FastifyReply) {
      if (!(error instanceof Problem)) throw error
      if (error.status >= 500) request.log.warn({ err: error }, 'the payment page could not be opened')
      prepare(reply).code(error.status).header('content-type', 'text/html; charset=utf-8')
      return reply.send(explainPage(explain(error), (request.params as { id: string }).id, site.stylesheet))
    },
  }
  app.get('/pay/:id', options, async (request, reply) => {
    prepare(reply)
    const orderId = orderIdOf((request.params as { id: string }).id)
    const isAsked = (request.query as { open?: string }).open === '1'
    if (request.method === 'HEAD' || (isLinkReader(request.headers['user-agent']) && !isAsked)) {
      return reply.header('content-type', 'text/html; charset=utf-8').send(askPage(orderId, site.stylesheet))
    }
    const traceparent = traceOf(request)
    const browser = browserOf(request.headers['user-agent'])
    const method = methodFor(browser, contracted)
    await requirePayable(dependencies, `/orders/${orderId}/status`, traceparent)
    if (browser === 'wechat') {
      reply.header('content-type', 'text/html; charset=utf-8')
      return reply.send(wechatPage(ownPaymentLink(config.PUBLIC_URL, orderId), site))
    }
    const { content } = await openPayment(dependencies, {
      orderId,
      chosen: { method, options: {} },
      as: 'url',
      traceparent,
      timeoutMs: timeoutsMs(method).opening,
    })
    return reply.redirect(content, 302)
  })
}

/** Leads on by a button: a reader of links follows none, and a browser that is taken for one does. */
function askPage(orderId: string, stylesheet: string): string {
  const main = `<section class="notice">
<h1>用支付宝付款<small lang="en">Pay with Alipay</small></h1>
<form class="actions" action="/pay/${orderId}"><button class="button primary" name="open" value="1">去付款 · Pay</button></form>
</section>`
  return plainPage({ title: '支付 · Payment', main, stylesheet })
}

function explain(problem: Problem): Explanation {
  switch (problem.type) {
    case 'order-not-found':
      return {
        zh: '没有找到可以支付的订单。如果您刚刚下单，请稍等几秒后重试。',
        en: 'This order was not found. If you have just placed it, wait a few seconds and try again.',
        retry: true,
      }
    case 'order-not-payable':
      if (problem.extra.orderStatus === 'RESERVING') {
        return {
          zh: '正在确认库存，请稍等几秒后重试。',
          en: 'The stock is being confirmed. Wait a few seconds and try again.',
          retry: true,
        }
      }
      return {
        zh: '该订单现在不能支付：可能已经支付、已取消或已超时。请在订单列表中查看。',
        en: 'This order can not be paid: it is already paid, cancelled or expired. See your orders.',
        retry: false,
      }
    case 'too-many-requests':
      return {
        zh: '访问过于频繁，请稍候重试。您的订单已保留。',
        en: 'Too many requests. Your order is saved. Wait a moment and try again.',
        retry: true,
      }
    case 'payment-method-unavailable':
      return {
        zh: '本店没有开通支付宝网页支付，不能在浏览器中付款。请在订单中选择其他付款方式，或联系商家。',
        en: 'This shop has no contract for paying with Alipay in a browser. Choose another way to pay at your order, or contact the shop.',
        retry: false,
      }
    default:
      return {
        zh: '暂时无法打开支付宝。您的订单已保留，请稍后重试。',
        en: 'Alipay can not be opened right now. Your order is saved. Try again in a moment.',
        retry: true,
      }
  }
}

function explainPage({ zh, en, retry }: Explanation, orderId: string, stylesheet: string): string {
  const again = retry
    ? `<a class="button primary" href="/pay/${escapeHtml(encodeURIComponent(orderId))}">重试 · Try again</a>`
    : ''
  const main = `<section class="notice" role="status">
<h1>${retry ? '暂时无法支付' : '无法支付'}<small lang="en">${retry ? 'Payment is not possible right now' : 'This order can not be paid'}</small></h1>
<p>${zh}</p>
<p lang="en">${en}</p>
<p class="actions">${again}<a class="button" href="/orders">我的订单 · My orders</a></p>
</section>`
  return plainPage({ title: '支付 · Payment', main, stylesheet })
}
