import type { HttpApp } from '@alipay-checkout/service-kit'
import helmet from 'helmet'

/** The content security policy of the console. `nonce` is for the one style element that its pages make. */
export function contentSecurityPolicy(nonce?: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === undefined ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join(';')
}

/** The policy of the jobs board, whose page has inline styles and a base address. The console may show it in a frame. */
export const jobsBoardPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join(';')

/** Adds security headers to every response of the console. */
export function addConsoleHeaders(app: HttpApp, { isHttps }: { isHttps: boolean }): void {
  const setHeaders = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
    // `frame-ancestors` decides: the jobs board may be framed by the console itself.
    xFrameOptions: { action: 'sameorigin' },
  })
  const policy = contentSecurityPolicy()
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('content-security-policy', policy)
    setHeaders(request.raw, reply.raw, done as (error?: unknown) => void)
  })
}
