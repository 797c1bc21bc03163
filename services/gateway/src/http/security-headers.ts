import type { HttpApp } from '@alipay-checkout/service-kit'
import helmet from 'helmet'
import type { GatewayConfig } from '../config.ts'

/** Where a payment form may be posted: Alipay's live gateway and its sandbox. */
const alipayOrigins = ['https://*.alipay.com', 'https://*.alipaydev.com']

/**
 * Security headers on every answer. Our pages have no inline script or style, load nothing from elsewhere, and may
 * post forms only to themselves and to Alipay.
 */
export function addSecurityHeaders(app: HttpApp, config: GatewayConfig): void {
  const isHttps = config.PUBLIC_URL.startsWith('https:')
  const gateway = config.ALIPAY_GATEWAY ? [new URL(config.ALIPAY_GATEWAY).origin] : []
  // helmet writes every header on each call to the function it gives, which is made once here.
  const setHeaders = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'none'"],
        'script-src': ["'self'"],
        'style-src': ["'self'"],
        'img-src': ["'self'", 'data:'],
        'font-src': ["'self'"],
        'connect-src': ["'self'", new URL(config.PUBLIC_URL).origin.replace(/^http/, 'ws')],
        'manifest-src': ["'self'"],
        'form-action': ["'self'", ...alipayOrigins, ...gateway],
        'base-uri': ["'none'"],
        'frame-ancestors': ["'none'"],
      },
    },
    // Browsers on plain http ignore it, and a shop under test must not force https on its host for a year.
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // Storefronts of another origin read the API where CORS_ORIGINS allows them.
    crossOriginResourcePolicy: { policy: config.CORS_ORIGINS ? 'cross-origin' : 'same-origin' },
  })
  app.addHook('onRequest', (request, reply, done) =>
    setHeaders(request.raw, reply.raw, done as (error?: unknown) => void),
  )
}
