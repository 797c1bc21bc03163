import { createHmac } from 'node:crypto'
import { type ConsumerOptions, kafkaFromEnvironment } from '@alipay-checkout/consumer'

export interface Config {
  databaseUrl: string
  kafka: Pick<ConsumerOptions, 'brokers' | 'ssl' | 'sasl'>
  gatewayUrl: string
  /** The consumer group. */
  group: string
  /** Returns a token with the role `fulfilment`. */
  token: () => string
}

/** @throws Error naming the variable that is missing */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const required = (name: string): string => env[name] || fail(`${name} is not set`)
  return {
    databaseUrl: required('FULFILMENT_DATABASE_URL'),
    kafka: kafkaFromEnvironment({ ...env, KAFKA_BROKERS: required('KAFKA_BROKERS') }),
    gatewayUrl: required('GATEWAY_URL').replace(/\/+$/, ''),
    group: env.FULFILMENT_GROUP || 'fulfilment',
    token: tokenSource(env),
  }
}

function fail(message: string): never {
  throw new Error(`${message}: see examples/fulfilment/README.md`)
}

/** The token of the identity provider, or, for local use, one that is signed with the gateway's own secret. */
function tokenSource(env: NodeJS.ProcessEnv): () => string {
  const { FULFILMENT_TOKEN, JWT_SECRET } = env
  if (FULFILMENT_TOKEN) return () => FULFILMENT_TOKEN
  if (JWT_SECRET) return () => signToken(JWT_SECRET, env)
  return fail('neither FULFILMENT_TOKEN nor JWT_SECRET is set')
}

const tokenLifetimeSeconds = 300

/** A JWT (HS256) with the role `fulfilment`, at the claim that JWT_ROLE_CLAIM names. */
function signToken(secret: string, { JWT_ISSUER, JWT_AUDIENCE, JWT_ROLE_CLAIM }: NodeJS.ProcessEnv): string {
  const now = Math.floor(Date.now() / 1000)
  const path = (JWT_ROLE_CLAIM || 'role').split('.')
  const role = path.reduceRight<unknown>((value, name) => ({ [name]: value }), 'fulfilment')
  const claims = {
    ...(role as object),
    sub: 'warehouse',
    iat: now,
    exp: now + tokenLifetimeSeconds,
    ...(JWT_ISSUER && { iss: JWT_ISSUER }),
    ...(JWT_AUDIENCE && { aud: JWT_AUDIENCE }),
  }
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}
