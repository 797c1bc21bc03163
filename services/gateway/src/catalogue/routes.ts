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
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { onlyAdmins, requireCustomer } from '../auth/identity.ts'
import type { Dependencies } from '../dependencies.ts'
import { skuOf } from '../http/path-ids.ts'
import { answers, idempotencyKey, pageQuery, problems, withToken } from '../http/schemas.ts'
import { passOn, trace } from '../upstream/forward.ts'
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
    summary: 'What is on sale, with what is available, by SKU',
    querystring: CatalogueQuery,
    response: { 200: answers('One page', ProductList), ...problems() },
  }
  app.get('/api/products', { schema: listSchema }, (request, reply) => {
    reply.header('cache-control', 'no-cache')
    return call(request, reply, { method: 'GET', path: listPath('/products', request.query) })
  })

  const readSchema = {
    tags: ['products'],
    summary: 'One product that is on sale, with what is available',
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
    summary: 'All products, also those that are not on sale, by SKU',
    security: withToken,
    querystring: CatalogueQuery,
    response: { 200: answers('One page', ProductList), ...problems('unauthenticated', 'forbidden') },
  }
  app.get('/api/admin/products', { schema: listSchema, preParsing: onlyAdmins }, (request, reply) =>
    call(request, reply, { method: 'GET', path: listPath('/products', request.query, { all: 'true' }) }),
  )

  const setSchema = {
    tags: ['admin'],
    summary: 'Set a product: create it, or change its title, price, sale and limit',
    description:
      'The body is the whole product: without `onSale` it is on sale, without `maxPerCustomer` a customer may buy any ' +
      'number. A product that is not on sale is not listed, and new orders of it are refused; earlier orders go on.',
    security: withToken,
    params: NewSkuParams,
    body: ProductBody,
    response: { 200: answers('The product', Product), ...problems('unauthenticated', 'forbidden') },
  }
  app.put('/api/admin/products/:sku', { schema: setSchema, preParsing: onlyAdmins }, (request, reply) => {
    const path = `/products/${encodeURIComponent(request.params.sku)}`
    const actor = requireCustomer(request, reply).id
    return call(request, reply, { method: 'PUT', path, body: JSON.stringify(request.body), actor })
  })

  const changesSchema = {
    tags: ['admin'],
    summary: 'Who changed a product, when and how, newest first',
    security: withToken,
    params: SkuParams,
    querystring: HistoryQuery,
    response: {
      200: answers('One page', ProductChangeList),
      ...problems('unauthenticated', 'forbidden', 'product-not-found'),
    },
  }
  app.get('/api/admin/products/:sku/changes', { schema: changesSchema, preParsing: onlyAdmins }, (request, reply) => {
    const path = listPath(`/products/${skuOf(request.params.sku)}/changes`, request.query)
    return call(request, reply, { method: 'GET', path })
  })
  addStock(app, call)
}

function addStock(app: HttpApp, call: ReturnType<typeof callsTo>): void {
  const adjustSchema = {
    tags: ['admin'],
    summary: 'Bring stock in or take it out',
    security: withToken,
    params: SkuParams,
    headers: AdjustHeaders,
    body: StockAdjustmentBody,
    response: {
      200: answers('The stock after it', StockLevel),
      ...problems('unauthenticated', 'forbidden', 'product-not-found', 'insufficient-stock', 'idempotency-key-reused'),
    },
  }
  app.post('/api/admin/stock/:sku/adjustments', { schema: adjustSchema, preParsing: onlyAdmins }, (request, reply) =>
    call(request, reply, {
      method: 'POST',
      path: `/stock/${skuOf(request.params.sku)}/adjustments`,
      body: JSON.stringify(request.body),
      actor: requireCustomer(request, reply).id,
      idempotencyKey: request.headers['idempotency-key'],
    }),
  )

  const listSchema = {
    tags: ['admin'],
    summary: 'Who brought stock in or took it out, when and why, newest first',
    security: withToken,
    params: SkuParams,
    querystring: HistoryQuery,
    response: {
      200: answers('One page', StockAdjustmentList),
      ...problems('unauthenticated', 'forbidden', 'product-not-found'),
    },
  }
  app.get('/api/admin/stock/:sku/adjustments', { schema: listSchema, preParsing: onlyAdmins }, (request, reply) => {
    const path = listPath(`/stock/${skuOf(request.params.sku)}/adjustments`, request.query)
    return call(request, reply, { method: 'GET', path })
  })
}

/** Calls to inventory-service whose response goes out as it came. */
function callsTo(inventory: Dependencies['inventory']) {
  return async (request: FastifyRequest, reply: FastifyReply, call: Omit<ServiceCall, 'traceparent'>) =>
    passOn(reply, await inventory.call({ ...call, traceparent: trace(request) }))
}

/** The path with what was asked of the list; nothing else of a caller's query is passed on. */
function listPath(path: string, { cursor, limit }: { cursor?: string; limit?: string }, more: object = {}): string {
  const asked = { ...(cursor !== undefined && { cursor }), ...(limit !== undefined && { limit }), ...more }
  const query = String(new URLSearchParams(asked as Record<string, string>))
  return query === '' ? path : `${path}?${query}`
}
