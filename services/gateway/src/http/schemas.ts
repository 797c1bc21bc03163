import { type ProblemType, problemTypes } from '@alipay-checkout/contracts'
import Type, { type TSchema, type TString } from 'typebox'

const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.Optional(Type.String()),
  },
  { additionalProperties: true },
)

/** Every route can answer with these. */
const always: ProblemType[] = ['invalid-request', 'too-many-requests', 'internal-error', 'service-unavailable']

/** The `response` part of a route's schema for the problems it can answer with, grouped by status. */
export function problems(...types: ProblemType[]): Record<number, TSchema> {
  const byStatus = Map.groupBy([...always, ...types], type => problemTypes[type].status)
  return Object.fromEntries(
    Array.from(byStatus, ([status, names]) => [
      status,
      {
        description: names.map(name => `${name}: ${problemTypes[name].title}`).join('. '),
        content: { 'application/problem+json': { schema: Problem } },
      } as unknown as TSchema,
    ]),
  )
}

/** The schema of a 2xx response with a description. */
export function answers<S extends TSchema>(description: string, schema: S): S {
  return { ...schema, description }
}

/** OpenAPI security of routes that require a token. */
export const withToken = [{ token: [] }]
export const withTokenOrLink = [{ token: [] }, { returnLink: [] }]

/** The header `Idempotency-Key`, with which a request can be repeated safely. */
export const idempotencyKey = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: `${description}: 1 to 255 visible ASCII characters`,
    }),
  )

/** Query values stay texts, since request values are not coerced: `limit` is a pattern for 1 to 100. */
export const pageQuery = (id: TString, limitDefault = 20) => ({
  cursor: Type.Optional({ ...id, description: '`nextCursor` of the previous page' }),
  limit: Type.Optional(
    Type.String({ pattern: '^([1-9][0-9]?|100)$', description: `1 to 100, default ${limitDefault}` }),
  ),
})

/** Handlers check ids with `path-ids.ts`: a malformed id is answered 404 rather than 400. */
export const OrderParams = Type.Object({ id: Type.String({ description: 'The order id, `ord_…`' }) })
/** The query of a return link, validated by `checkReturnLink` rather than by the schema. */
export const ReturnLinkQuery = Type.Object({
  order_id: Type.Optional(Type.Unsafe<unknown>({ description: 'Of a return link: the order id' })),
  t: Type.Optional(Type.Unsafe<unknown>({ description: 'Of a return link: when it was made, ms since 1970' })),
  sign: Type.Optional(Type.Unsafe<unknown>({ description: 'Of a return link: its HMAC-SHA256 signature' })),
})
