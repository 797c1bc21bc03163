import {
  Product,
  ProductBody,
  ProductChangeList,
  ProductList,
  Sku,
  StockAdjustmentBody,
  StockAdjustmentList,
  StockLevel,
} from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import { traceOf } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import { actorFor, permit } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { skuOf } from '../http/path-ids.ts'
import { answers, idempotencyKey, pageQuery, problems, withToken } from '../http/schemas.ts'
import { forward } from '../upstream/forward.ts'
import type { ServiceCall } from '../upstream/service.ts'

const description = '1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit'
const SkuParams = Type.Object({ sku: Type.String({ description }) })
const NewSkuParams = Type.Object({ sku: { ...Sku, description } })
const CatalogueQuery = Type.Object(pageQuery(Sku, 100))
const HistoryQuery = Type.Object(pageQuery(Type.String({ pattern: '^[1-9][0-9]{0,14}$' }), 100))
const AdjustHeaders = Type.Object({
  'idempotency-key': idempotencyKey('Repeating the request with the same key changes the stock once'),
})

/** The public catalogue. */
export function addProducts(app: HttpApp, { inventory }: Dependencies): void {
  const call = callsTo(inventory)

  const listSchema = {
    tags: ['products'],
    summary: 'Products on sale with their available units, by SKU',
    querystring: CatalogueQuery,
    response: { 200: answers('One page', ProductList), ...problems() },
  }
  app.get('/api/products', { schema: listSchema }, (request, reply) => {
    reply.header('cache-control', 'no-cache')
    return call(request, reply, { method: 'GET', path: listPath('/products', request.query) })
  })

  const readSchema = {
    tags: ['products'],
    summary: 'One product on sale with its available units',
    params: SkuParams,
    response: { 200: answers('The product', Product), ...problems('product-not-found') },
  }
  app.get('/api/products/:sku', { schema: readSchema }, (request, reply) => {
    reply.header('cache-control', 'no-cache')
    return call(request, reply, { method: 'GET', path: `/products/${skuOf(request.params.sku)}` })
  })
}

/** The admin's routes to read and change the catalogue and the stock. */
export function addProductAdministration(app: HttpApp, { inventory }: Dependencies): void {
  const call = callsTo(inventory)

  const listSchema = {
    tags: ['admin'],
    summary: 'All products, also those not on sale, by SKU',
    security: withToken,
    querystring: CatalogueQuery,
    response: { 200: answers('One page', ProductList), ...problems('unauthenticated', 'forbidden') },
  }
  app.get('/api/admin/products', { schema: listSchema, preParsing: permit('read') }, (request, reply) =>
    call(request, reply, { method: 'GET', path: listPath('/products', request.query, { all: 'true' }) }),
  )

  const setSchema = {
    tags: ['admin'],
    summary: 'Create a product, or change its title, price, sale and limit',
    description:
      'The body is the whole product: without `onSale` it is on sale, without `maxPerCustomer` a customer may buy any ' +
      'number. A product that is not on sale is not listed, and new orders of it are refused; earlier orders continue.',
    security: withToken,
    params: NewSkuParams,
    body: ProductBody,
    response: { 200: answers('The product', Product), ...problems('unauthenticated', 'forbidden') },
  }
  app.put('/api/admin/products/:sku', { schema: setSchema, preParsing: permit('product.write') }, (request, reply) => {
    const path = `/products/${encodeURIComponent(request.params.sku)}`
    const actor = actorFor('product.write', request, reply)
    return call(request, reply, { method: 'PUT', path, body: JSON.stringify(request.body), actor })
  })

  const changesSchema = historySchema('Who changed a product, when and how, newest first', ProductChangeList)
  app.get(
    '/api/admin/products/:sku/changes',
    { schema: changesSchema, preParsing: permit('read') },
    (request, reply) => {
      const path = listPath(`/products/${skuOf(request.params.sku)}/changes`, request.query)
      return call(request, reply, { method: 'GET', path })
    },
  )
  addStock(app, call)
}

function addStock(app: HttpApp, call: ReturnType<typeof callsTo>): void {
  const adjustSchema = {
    tags: ['admin'],
    summary: 'Add or remove stock',
    security: withToken,
    params: SkuParams,
    headers: AdjustHeaders,
    body: StockAdjustmentBody,
    response: {
      200: answers('The stock after the change', StockLevel),
      ...problems('unauthenticated', 'forbidden', 'product-not-found', 'insufficient-stock', 'idempotency-key-reused'),
    },
  }
  app.post(
    '/api/admin/stock/:sku/adjustments',
    { schema: adjustSchema, preParsing: permit('stock.adjust') },
    (request, reply) =>
      call(request, reply, {
        method: 'POST',
        path: `/stock/${skuOf(request.params.sku)}/adjustments`,
        body: JSON.stringify(request.body),
        actor: actorFor('stock.adjust', request, reply),
        idempotencyKey: request.headers['idempotency-key'],
      }),
  )

  const listSchema = historySchema('Who added or removed stock, when and why, newest first', StockAdjustmentList)
  app.get('/api/admin/stock/:sku/adjustments', { schema: listSchema, preParsing: permit('read') }, (request, reply) => {
    const path = listPath(`/stock/${skuOf(request.params.sku)}/adjustments`, request.query)
    return call(request, reply, { method: 'GET', path })
  })
}

/** The schema of a product's history. */
function historySchema<S extends TSchema>(summary: string, page: S) {
  return {
    tags: ['admin'],
    summary,
    security: withToken,
    params: SkuParams,
    querystring: HistoryQuery,
    response: { 200: answers('One page', page), ...problems('unauthenticated', 'forbidden', 'product-not-found') },
  }
}

/** Calls to inventory-service whose responses are forwarded unchanged. */
function callsTo(inventory: Dependencies['inventory']) {
  return async (request: FastifyRequest, reply: FastifyReply, call: Omit<ServiceCall, 'traceparent'>) =>
    forward(reply, await inventory.call({ ...call, traceparent: traceOf(request) }))
}

/** A list's path with the paging parameters; other parameters of the caller are not forwarded. */
function listPath(path: string, { cursor, limit }: { cursor?: string; limit?: string }, more: object = {}): string {
  const parameters = { ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }), ...more }
  const query = String(new URLSearchParams(parameters as Record<string, string>))
  return query === '' ? path : `${path}?${query}`
}
