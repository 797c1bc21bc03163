import { type ProblemType, problemTypes } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { PageSite } from '@alipay-checkout/storefront'
import { escapeHtml, plainPage } from '@alipay-checkout/storefront'

/** What each problem means and what the caller can do. */
const explanations: Record<ProblemType, string> = {
  'invalid-request': 'A field is missing, unknown or out of range. `errors` names each one; change it and send again.',
  'malformed-json': 'The body could not be read as JSON. Send JSON, with the content type application/json.',
  unauthenticated:
    'The token is missing, expired or not valid for this shop. Sign in again and send it as "Authorization: Bearer …".',
  forbidden: 'The token is valid, but it does not have the role that this needs; `detail` names it.',
  'invalid-return-signature': 'The return link was changed, belongs to another order, or is older than 24 hours.',
  'not-found': 'This address does not exist. The API is described at /docs.',
  'method-not-allowed':
    'The address does not support this method. The header `Allow` lists the methods that it supports.',
  'order-not-found': 'The order does not exist, or it is not yours.',
  'product-not-found': 'No product has this SKU. Set the product first.',
  'out-of-stock':
    'Nothing was reserved. `shortages` lists the requested and the available units. Order less and try again.',
  'order-not-payable':
    'The order is already paid, cancelled or expired, or its stock is not confirmed yet. `orderStatus` is its state.',
  'total-changed':
    'Prices or fees have changed since the shopper saw `expectedTotalFen`. Nothing was ordered: show `totalFen` and `lines`, and order again.',
  'reference-used': '`orderId` is the order that has this reference. Nothing was ordered.',
  'order-not-shippable': 'Only a paid order can be shipped. `orderStatus` is its state.',
  'shipment-exceeds-order':
    'Units that were refunded or shipped already can not be shipped. `left` lists what can be shipped.',
  'shipment-not-found': 'No shipment has this id. GET /api/admin/orders/{id}/shipments lists those of an order.',
  'order-not-cancellable': 'The order is already paid or closed. A paid order can be refunded, not cancelled.',
  'order-not-refundable':
    'The order was never paid, is fully refunded, or the share of the given lines is 0 fen. See GET /api/admin/orders/{id}/refunds.',
  'refund-exceeds-balance':
    'Pending refunds count as well. `refundableFen` of GET /api/admin/orders/{id}/refunds is the largest possible refund.',
  'case-not-found': 'No case has this id. GET /api/admin/cases lists them.',
  'case-already-resolved': 'The case is already resolved. Its `trail` lists who did what, and when.',
  'refund-not-found': 'No refund has this id. GET /api/admin/refunds lists them.',
  'refund-not-pending-approval':
    'Only a refund with the status AWAITING_APPROVAL can be approved or rejected. `refundStatus` is its status.',
  'refund-not-failed': 'Only a refund with the status FAILED can be tried again. `refundStatus` is its status.',
  'refund-limit-exceeded':
    'A cashier may refund up to REFUND_LIMIT_FEN of an order. `limitFen` is what is left of it. Ask someone with the role finance.',
  'case-claimed': 'Another person works on the case; `claimedBy` names them. They can release it.',
  'dead-letter-not-found': 'No dead letter has this id. GET /api/admin/dead-letters lists them.',
  'dead-letter-handled':
    'It was redriven or discarded already, or it was never published and can only be discarded. `deadLetterStatus` is its status.',
  'reconciliation-not-found':
    'The comparison of this day has not been requested. POST /api/admin/reconciliations does.',
  'reconciliation-not-settled':
    'Only a comparison that is DONE, without open or carried differences, can be signed off. Resolve their cases first.',
  'second-person-required':
    'You have approved or requested this action, which needs two people. Another person has to approve it with their own token.',
  'notify-not-found':
    'No stored notify has this id. Only notifies with a valid signature are stored; the timeline of an order lists them. The text of an old one is deleted, by RETENTION_DAYS_NOTIFY_BODY or an erasure, so it can not be processed again: resolving a case with `query_trade` asks Alipay instead.',
  'insufficient-stock': 'Reserved or sold units can not be removed. Remove at most the available units.',
  'request-in-flight': 'The first request with this Idempotency-Key is still running. Wait a second and repeat it.',
  'body-too-large': 'The body is larger than this address accepts.',
  'unsupported-media-type': 'Send the body as application/json.',
  'unknown-sku': 'The catalogue has no such SKU. Fetch /api/products and build the basket again.',
  'product-not-on-sale':
    '`skus` lists products that are not on sale at the moment. Remove them from the basket. Earlier orders are not affected.',
  'too-many-open-orders': 'Nothing was ordered. Pay or cancel an earlier order first, or wait until one expires.',
  'too-many-units': 'Nothing was ordered. `lines` lists how many units of a SKU one order may have.',
  'product-limit-reached':
    'Nothing was ordered. `lines` lists how many units one customer may buy, and how many this customer has ordered.',
  'amount-out-of-range': 'Alipay accepts at most 100,000,000.00 yuan in one payment. Split the order.',
  'payment-method-unavailable':
    'The shop does not offer this way to pay, or no instalments. `detail` names what it offers; nothing was ordered or opened.',
  'quote-invalid':
    'The signature, the end, the customer, the lines or an amount of the quote is wrong; `detail` says which. Nothing was ordered: fetch a new quote.',
  'idempotency-key-reused':
    'This Idempotency-Key was used for a different request. Use a new key for a new order or a new refund.',
  'too-many-requests':
    'Wait for the time in the header Retry-After. Follow an order at /ws/order-status instead of polling.',
  'internal-error': 'An internal error. Repeat the request; with the same Idempotency-Key nothing is done twice.',
  'alipay-failed':
    'Alipay refused the call, or its response could not be verified. The order stays payable: try again.',
  'service-unavailable':
    'A service is temporarily unavailable. Nothing was lost: try again, with the same Idempotency-Key.',
  'alipay-timeout': 'Alipay did not respond in time. The order stays payable: try again.',
}

/** `GET /problems/{type}`: the page that the `type` of a problem links to. */
export function addProblemPages(app: HttpApp, { stylesheet }: PageSite): void {
  for (const [name, explanation] of Object.entries(explanations) as [ProblemType, string][]) {
    const { status, title } = problemTypes[name]
    const main = `<section class="notice" lang="en">
<h1>${escapeHtml(title)}<small>${status} · <code>${name}</code></small></h1>
<p>${escapeHtml(explanation)}</p>
<p class="actions"><a class="button" href="/docs">API</a></p>
</section>`
    const page = plainPage({ title: `${status} ${title}`, main, stylesheet })
    app.get(`/problems/${name}`, { schema: { hide: true } as object }, async (_request, reply) =>
      reply
        .header('content-type', 'text/html; charset=utf-8')
        .header('cache-control', 'public, max-age=3600')
        .send(page),
    )
  }
}
