import { systemNameDefault } from '@alipay-checkout/contracts'
import envSchema from 'env-schema'
import type { Static, TObject } from 'typebox'
import Type from 'typebox'
import { ConfigError, readPostgresAddress, saslMechanisms } from './connections/index.ts'
import { tracingConfig } from './tracing/settings.ts'

export { ConfigError }

const pemForms = 'as PEM or the path of a file'

/** How the brokers are reached, besides their addresses. */
const kafkaSecurity = {
  KAFKA_SSL: Type.Boolean({ default: false, description: 'Whether the brokers are reached with TLS.' }),
  KAFKA_SSL_CA: Type.Optional(
    Type.String({
      minLength: 1,
      description: `Authority of the brokers’ certificates, ${pemForms}. Without it, they are verified by the authorities that Node trusts.`,
    }),
  ),
  KAFKA_SSL_CERT: Type.Optional(
    Type.String({
      minLength: 1,
      description: `Certificate of the client, for brokers that require one, ${pemForms}. Set together with KAFKA_SSL_KEY.`,
    }),
  ),
  KAFKA_SSL_KEY: Type.Optional(
    Type.String({ minLength: 1, description: `Private key of that certificate, unencrypted, ${pemForms}.` }),
  ),
  KAFKA_SASL_MECHANISM: Type.Optional(
    Type.Union(
      saslMechanisms.map(name => Type.Literal(name)),
      {
        description:
          'How user name and password are sent to the brokers. Production refuses PLAIN without KAFKA_SSL, which would send the password unencrypted.',
      },
    ),
  ),
  KAFKA_SASL_USERNAME: Type.Optional(
    Type.String({ minLength: 1, description: 'User at the brokers. The three KAFKA_SASL_ settings are set together.' }),
  ),
  KAFKA_SASL_PASSWORD: Type.Optional(Type.String({ minLength: 1, description: 'Password of that user.' })),
}

/** Settings that every service has. */
export const commonConfig = {
  NODE_ENV: Type.Union([Type.Literal('development'), Type.Literal('test'), Type.Literal('production')], {
    default: 'development',
    description: 'In production, placeholder secrets and the demo login are refused.',
  }),
  LOG_LEVEL: Type.Union(
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'].map(level => Type.Literal(level)),
    { default: 'info', description: 'The least severe level that is logged.' },
  ),
  HOST: Type.String({ default: '127.0.0.1', description: 'Address that the process listens on.' }),
  METRICS_PORT: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 65535,
      description:
        'Port on which `/metrics` is served, on HOST and without a token; the main port then has no `/metrics`. Without it: 9464 in production, else the main port.',
      examples: ['9464'],
    }),
  ),
  KAFKA_BROKERS: Type.String({
    minLength: 1,
    description: 'Kafka brokers as host:port, separated by commas.',
    examples: ['127.0.0.1:9092'],
  }),
  ...kafkaSecurity,
  REDIS_URL: Type.String({
    pattern: '^rediss?://',
    description:
      'Redis, with an append-only file and maxmemory-policy noeviction. rediss:// speaks TLS; user name and password are part of the address.',
    examples: ['redis://127.0.0.1:6379'],
  }),
  REDIS_SSL_CA: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        'Authority of the certificate of Redis, as PEM or the path of a file. Without it, a rediss:// server is verified by the authorities that Node trusts.',
    }),
  ),
  SYSTEM_NAME: Type.String({
    pattern: '^[a-z0-9][a-z0-9-]{0,62}$',
    default: systemNameDefault,
    description:
      'Prefix of all names in Redis. Systems that share one Redis, such as staging and production, need one each.',
  }),
  SERVICE_TOKEN: Type.String({
    minLength: 16,
    description:
      'Secret that services authenticate each other with, at least 16 characters. While it is changed, the new and the old one: NEW,OLD. Generated for local use.',
  }),
  ...tracingConfig,
}

/** How placeholder secrets begin, in examples and in tests: production refuses them. */
const wellKnownSecrets = /(^|,)\s*(change-?me|secret|default|development|insecure|test)/i

/**
 * Reads the environment once, at boot. Returns typed settings; throws ConfigError naming every variable that is missing
 * or malformed. In production, a secret that begins like a placeholder is refused too.
 */
export function loadConfig<S extends TObject>(
  schema: S,
  secrets: readonly (keyof Static<S> & string)[] = [],
  env: NodeJS.ProcessEnv = process.env,
): Static<S> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== '' && value !== undefined))
  let config: Static<S>
  try {
    config = envSchema<Static<S>>({ schema: structuredClone(schema), data: given, env: false })
  } catch (error) {
    throw new ConfigError(explain(error))
  }
  const settings = config as Record<string, unknown>
  const malformed = Object.keys(settings).filter(name => name.endsWith('_URL') && !isAddress(String(settings[name])))
  if (malformed.length > 0) {
    throw new ConfigError(
      `${malformed.join(', ')}: not a valid URL; write / ? # @ : and % in a user name or password as %2F %3F %23 %40 %3A and %25`,
    )
  }
  // Refuses at boot what opening a connection would refuse.
  for (const name of Object.keys(settings)) {
    if (name.endsWith('DATABASE_URL')) readPostgresAddress(String(settings[name]), name)
  }
  if (settings.NODE_ENV === 'production') {
    const placeholders = secrets.filter(name => wellKnownSecrets.test(String(settings[name] ?? '')))
    if (placeholders.length > 0)
      throw new ConfigError(`${placeholders.join(', ')}: production needs a secret of its own`)
  }
  return config
}

/** Whether a text is a URL whose user name and password can be decoded. It may have several hosts, separated by commas. */
function isAddress(text: string): boolean {
  try {
    const { username, password } = new URL(text.replace(/(:\/\/(?:[^/?#]*@)?[^/?#,]*),[^/?#]*/, '$1'))
    decodeURIComponent(username + password)
    return true
  } catch {
    return false
  }
}

interface SchemaError {
  instancePath: string
  keyword: string
  message?: string
  params: Record<string, unknown>
}

function explain(error: unknown): string {
  const errors = (error as { errors?: SchemaError[] }).errors
  if (!errors) return String(error)
  const lines = errors.map(({ instancePath, keyword, message, params }) =>
    keyword === 'required' ? `${params.missingProperty} is not set` : `${instancePath.slice(1)} ${message}`,
  )
  return [...new Set(lines)].join('; ')
}
