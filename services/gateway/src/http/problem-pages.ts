import { type ProblemType, problemTypes } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { PageSite } from '@alipay-checkout/storefront'
import { escapeHtml, plainPage } from '@alipay-checkout/storefront'

/** What each problem means and what to do about it. */
const explanations: Record<ProblemType, string> = {
  'invalid-request': 'A field is missing, unknown or out of range. `errors` names each one; change it and send again.',
  'malformed-json': 'The body could not be read as JSON. Send JSON, with the content type application/json.',
  unauthenticated:
    'There was no token, or it is expired or not ours. Sign in again and send it as "Authorization: Bearer …".',
  forbidden: 'The token is good, but this needs the role "admin".',
  'invalid-return-signature':
    'The link from Alipay back to the shop was changed, is for another order, or is older than 24 hours.',
  'not-found': 'No such address. The API is described at /docs.',
  'method-not-allowed': 'The address exists, but not for this method. The header `Allow` names those that it takes.',
  'order-not-found': 'The order does not exist, or it is not yours.',
  'product-not-found': 'No product has this SKU. Set the product first.',
  'out-of-stock':
    'Nothing was reserved. `shortages` says what was asked for and what there is; order less and try again.',
  'order-not-payable': 'The order is paid already, was cancelled, or its time is over. Place a new one.',
  'order-not-cancellable': 'The order is paid or over. A paid order can be refunded, not cancelled.',
  'order-not-refundable':
    'No money of this order is here: it was never paid, or all of it went back. GET /api/admin/orders/{id}/refunds says.',
  'refund-exceeds-balance':
    'Refunds under way count too. `refundableFen` of GET /api/admin/orders/{id}/refunds is the most that may go back.',
  'case-not-found': 'No case has this id. GET /api/admin/cases lists them.',
  'case-already-resolved': 'Somebody has dealt with it. Its `trail` says who did what, and when.',
  'second-person-required':
    'You have approved it, and this one takes two people. A colleague has to resolve it with a token of their own.',
  'notify-not-found':
    'No stored notify has this id. Only those with a valid signature are kept; the timeline of an order names its own.',
  'insufficient-stock': 'Units that are held or sold can not be taken out. Take out at most what is available.',
  'request-in-flight': 'The first request with this Idempotency-Key is still running. Wait a second and repeat it.',
  'body-too-large': 'The body is larger than this address takes.',
  'unsupported-media-type': 'Send the body as application/json.',
  'unknown-sku': 'The catalogue has no such SKU. Fetch /api/products and build the basket again.',
  'product-not-on-sale':
    'The shop does not sell it at the moment. `skus` names it; take it out of the basket. Earlier orders are not affected.',
  'too-many-open-orders':
    'Nothing was ordered. Pay or cancel an earlier order first; an order that expires makes room as well.',
  'too-many-units': 'Nothing was ordered. `lines` says how many units of a SKU one order may have.',
  'product-limit-reached':
    'Nothing was ordered. `lines` says how many units one customer may buy, and how many this one has ordered.',
  'amount-out-of-range': 'Alipay takes at most 100,000,000.00 yuan in one payment. Split the order.',
  'idempotency-key-reused':
    'This Idempotency-Key was used for something else. Take a new key for a new order or a new refund.',
  'too-many-requests':
    'Wait as long as the Retry-After header says. The live status at /ws/order-status saves polling.',
  'internal-error': 'Not your mistake. Repeat the request; with the same Idempotency-Key nothing is done twice.',
  'alipay-failed': 'Alipay refused, or answered in a way that can not be believed. The order stays payable: try again.',
  'service-unavailable':
    'A part of the system is away for the moment. Nothing was lost: try again, with the same Idempotency-Key.',
  'alipay-timeout': 'Alipay did not answer in time. The order stays payable: try again.',
}

/** `GET /problems/{type}`: the page that the `type` of a problem answer leads to. */
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
