import type { HttpApp } from '@alipay-checkout/service-kit'
import helmet from 'helmet'
import type { GatewayConfig } from '../config.ts'

/** Origins that a payment form may be posted to: Alipay's production gateway and its sandbox. */
const alipayOrigins = ['https://*.alipay.com', 'https://*.alipaydev.com']

/**
 * Adds security headers to every response. The pages have no inline script or style, load nothing from other origins,
 * and may post forms only to the gateway and to Alipay.
 */
export function addSecurityHeaders(app: HttpApp, config: GatewayConfig): void {
  const isHttps = config.PUBLIC_URL.startsWith('https:')
  const gateway = config.ALIPAY_GATEWAY ? [new URL(config.ALIPAY_GATEWAY).origin] : []
  // Made once: helmet returns a function that sets all headers of a response.
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
    // Only on https: a shop under test on plain http must not force https on its host for a year.
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    // Storefronts on other origins may read the API if CORS_ORIGINS allows them.
    crossOriginResourcePolicy: { policy: config.CORS_ORIGINS ? 'cross-origin' : 'same-origin' },
  })
  app.addHook('onRequest', (request, reply, done) =>
    setHeaders(request.raw, reply.raw, done as (error?: unknown) => void),
  )
}
