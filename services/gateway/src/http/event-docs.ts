import { createHash } from 'node:crypto'
import { asyncApiDocument, readSamples } from '@alipay-checkout/contracts'
import type { HttpApp } from '@alipay-checkout/service-kit'
import type { PageSite } from '@alipay-checkout/storefront'
import type { GatewayConfig } from '../config.ts'
import { eventsPage } from './events-page.ts'

/** Serves `/asyncapi.json` and the page `/events`, both made once of the event schemas and stored samples. */
export function addEventDocs(app: HttpApp, config: GatewayConfig, { stylesheet }: PageSite): void {
  const samples = readSamples()
  const document = asyncApiDocument({ samples, publicUrl: config.PUBLIC_URL })
  addDocument(app, '/asyncapi.json', 'application/json; charset=utf-8', JSON.stringify(document))
  addDocument(app, '/events', 'text/html; charset=utf-8', eventsPage({ samples, stylesheet }))
}

function addDocument(app: HttpApp, url: string, contentType: string, body: string): void {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 24)}"`
  app.get(url, { schema: { hide: true } as object }, async (request, reply) => {
    reply.header('cache-control', 'no-cache').header('etag', etag)
    if (request.headers['if-none-match'] === etag) return reply.code(304).send()
    return reply.header('content-type', contentType).send(body)
  })
}
