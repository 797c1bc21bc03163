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

/** Any request can meet these. */
const always: ProblemType[] = ['invalid-request', 'too-many-requests', 'internal-error', 'service-unavailable']

/** The `response` part of a route's schema for the problems it can answer with, by status. */
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

/** A 2xx answer with its description. */
export function answers<S extends TSchema>(description: string, schema: S): S {
  return { ...schema, description }
}

/** Routes that want a shopper's or an admin's token. */
export const withToken = [{ token: [] }]
export const withTokenOrLink = [{ token: [] }, { returnLink: [] }]

/** What makes a request safe to repeat. */
export const idempotencyKey = (description: string) =>
  Type.Optional(
    Type.String({
      pattern: '^[\\x21-\\x7e]{1,255}$',
      description: `${description}: 1 to 255 visible ASCII characters`,
    }),
  )

/** Query values are texts, and nothing is converted on the way in: a limit is 1 to 100, written plainly. */
export const pageQuery = (id: TString, limitDefault = 20) => ({
  cursor: Type.Optional({ ...id, description: '`nextCursor` of the page before' }),
  limit: Type.Optional(
    Type.String({ pattern: '^([1-9][0-9]?|100)$', description: `1 to 100, default ${limitDefault}` }),
  ),
})

/** Ids are checked by the handlers: one that can't exist is not found rather than invalid. */
export const OrderParams = Type.Object({ id: Type.String({ description: 'The order id, `ord_…`' }) })
/** What a return link adds to an address. Checked with the signature, not here. */
export const ReturnLinkQuery = Type.Object({
  order_id: Type.Optional(Type.Unsafe<unknown>({ description: 'Of a return link: the order id' })),
  t: Type.Optional(Type.Unsafe<unknown>({ description: 'Of a return link: when it was made, ms since 1970' })),
  sign: Type.Optional(Type.Unsafe<unknown>({ description: 'Of a return link: its HMAC-SHA256 signature' })),
})
