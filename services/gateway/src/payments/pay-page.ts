import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import { escapeHtml, plainPage } from '@alipay-checkout/storefront'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { traceparentOf } from '../upstream/traceparent.ts'
import { openPayment, requirePayable } from './payment-link.ts'

const openTimeoutMs = 10_000

interface Explanation {
  zh: string
  en: string
  /** Whether trying again can succeed. */
  retry: boolean
}

/**
 * `GET /pay/{id}`: redirects a browser to Alipay, or shows a page that explains why the order can't be paid now. It needs
 * no token: it shows nothing of the order, and paying another customer's order harms no one.
 */
export function addPayPage(app: HttpApp, dependencies: Dependencies): void {
  app.get('/pay/:id', { schema: { hide: true } as object }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const { id } = request.params as { id: string }
    const traceparent = traceparentOf(request.headers.traceparent)
    try {
      const orderId = orderIdOf(id)
      await requirePayable(dependencies, `/orders/${orderId}/status`, traceparent)
      const { content } = await openPayment(dependencies, { orderId, as: 'url', traceparent, timeoutMs: openTimeoutMs })
      return reply.redirect(content, 302)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (error.status >= 500) request.log.warn({ err: error }, 'the payment page could not be opened')
      reply.code(error.status).header('content-type', 'text/html; charset=utf-8')
      return reply.send(explainPage(explain(error), id, dependencies.site.stylesheet))
    }
  })
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
