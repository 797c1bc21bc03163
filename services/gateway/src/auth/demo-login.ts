import { createHash } from 'node:crypto'
import type { HttpApp } from '@alipay-checkout/service-kit'
import Type from 'typebox'
import { tokenClaimsOf } from '../config.ts'
import type { Dependencies } from '../dependencies.ts'
import { answers, problems } from '../http/schemas.ts'
import { createDemoTokenSigner } from './tokens.ts'

const Body = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: 40, pattern: '\\S' }) },
  { additionalProperties: false },
)
const Login = Type.Object({ token: Type.String(), customerId: Type.String() })

/**
 * `POST /demo/login {"name"}`: a token without a password, so that the demo storefront has customers. The same name is
 * the same customer. The route exists only with DEMO_LOGIN, which the gateway refuses in production.
 */
export function addDemoLogin(app: HttpApp, { config }: Dependencies): void {
  const schema = {
    tags: ['demo'],
    summary: 'A token for the demo storefront',
    body: Body,
    response: { 200: answers('A token that is valid for 12 hours', Login), ...problems('malformed-json') },
  }
  if (!config.DEMO_LOGIN || !config.JWT_SECRET) return
  const sign = createDemoTokenSigner({ secret: config.JWT_SECRET, ...tokenClaimsOf(config) })
  app.post('/demo/login', { schema }, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const name = request.body.name.trim().toLowerCase()
    const customerId = `demo-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`
    return { token: sign(customerId), customerId }
  })
}
