import { Product, ProductBody, ProductList, Sku, StockAdjustmentBody, StockLevel } from '@alipay-checkout/contracts'
import { type HttpApp, Problem } from '@alipay-checkout/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { onlyAdmins } from '../auth/identity.ts'
import type { Parts } from '../parts.ts'
import type { ServiceCall } from '../upstream/service.ts'
import { passOn, trace } from './pass-on.ts'
import { answers, problems, withToken } from './schemas.ts'

const skus = Compile(Sku)
const description = '1 to 64 letters, digits, dots, dashes and underscores; the first is a letter or a digit'
const SkuParams = Type.Object({ sku: Type.String({ description }) })
const NewSkuParams = Type.Object({ sku: { ...Sku, description } })

/** The public catalogue, and the admin's routes to change it. */
export function addProducts(app: HttpApp, { inventory }: Parts): void {
  const call = async (request: FastifyRequest, reply: FastifyReply, call: Omit<ServiceCall, 'traceparent'>) =>
    passOn(reply, await inventory.call({ ...call, traceparent: trace(request) }))

  const listSchema = {
    tags: ['products'],
    summary: 'The catalogue with what is available',
    response: { 200: answers('All products', ProductList), ...problems() },
  }
  app.get('/api/products', { schema: listSchema }, (request, reply) => {
    reply.header('cache-control', 'no-cache')
    return call(request, reply, { method: 'GET', path: '/products' })
  })

  const setSchema = {
    tags: ['admin'],
    summary: 'Set a product: make it, or change its title and price',
    security: withToken,
    params: NewSkuParams,
    body: ProductBody,
    response: { 200: answers('The product', Product), ...problems('unauthenticated', 'forbidden') },
  }
  app.put('/api/admin/products/:sku', { schema: setSchema, preParsing: onlyAdmins }, (request, reply) => {
    const path = `/products/${encodeURIComponent(request.params.sku)}`
    return call(request, reply, { method: 'PUT', path, body: JSON.stringify(request.body) })
  })

  const adjustSchema = {
    tags: ['admin'],
    summary: 'Bring stock in or take it out',
    security: withToken,
    params: SkuParams,
    body: StockAdjustmentBody,
    response: {
      200: answers('The stock after it', StockLevel),
      ...problems('unauthenticated', 'forbidden', 'product-not-found', 'insufficient-stock'),
    },
  }
  app.post('/api/admin/stock/:sku/adjustments', { schema: adjustSchema, preParsing: onlyAdmins }, (request, reply) => {
    if (!skus.Check(request.params.sku)) throw new Problem('product-not-found', 'There is no product with this SKU.')
    const path = `/stock/${encodeURIComponent(request.params.sku)}/adjustments`
    return call(request, reply, { method: 'POST', path, body: JSON.stringify(request.body) })
  })
}
