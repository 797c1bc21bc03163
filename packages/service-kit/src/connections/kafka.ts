import { ConfigError } from './config-error.ts'
import { readAuthorities, readClientCertificate } from './pem.ts'
import { adviceOnTls } from './tls-advice.ts'

/** Ways to sign in to Kafka by user name and password. */
export const saslMechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const
type SaslMechanism = (typeof saslMechanisms)[number]

/** How Kafka is reached: what every client of it is opened with. Holds a password and a key: never log it. */
export interface KafkaConnection {
  /** `host:port`, several with commas between. */
  readonly brokers: string
  /** Speaks TLS. Without `ca`, the server's certificate is verified by the authorities that Node trusts. */
  readonly ssl?: KafkaTls
  readonly sasl?: KafkaSasl
}

export interface KafkaTls {
  /** PEM: the authorities that verify the brokers. */
  readonly ca?: string
  /** PEM: the client's certificate, for brokers that ask for one. */
  readonly cert?: string
  readonly key?: string
}

export interface KafkaSasl {
  readonly mechanism: SaslMechanism
  readonly username: string
  readonly password: string
}

/** The settings of a Kafka connection, as the environment has them. */
export interface KafkaSettings {
  KAFKA_BROKERS: string
  KAFKA_SSL?: boolean | string
  KAFKA_SSL_CA?: string
  KAFKA_SSL_CERT?: string
  KAFKA_SSL_KEY?: string
  KAFKA_SASL_MECHANISM?: string
  KAFKA_SASL_USERNAME?: string
  KAFKA_SASL_PASSWORD?: string
  NODE_ENV?: string
}

/** The names of the settings, brokers included. */
export const kafkaSettingNames = [
  'KAFKA_BROKERS',
  'KAFKA_SSL',
  'KAFKA_SSL_CA',
  'KAFKA_SSL_CERT',
  'KAFKA_SSL_KEY',
  'KAFKA_SASL_MECHANISM',
  'KAFKA_SASL_USERNAME',
  'KAFKA_SASL_PASSWORD',
] as const satisfies (keyof KafkaSettings)[]

/**
 * How Kafka is reached by these settings.
 *
 * @throws ConfigError naming the setting that is missing, malformed or contradicts another one
 */
export function kafkaConnection(settings: KafkaSettings): KafkaConnection {
  const ssl = tlsOf(settings)
  const sasl = saslOf(settings)
  if (sasl?.mechanism === 'PLAIN' && !ssl && settings.NODE_ENV === 'production')
    throw new ConfigError('KAFKA_SASL_MECHANISM=PLAIN sends the password unencrypted: production needs KAFKA_SSL=true')
  return { brokers: settings.KAFKA_BROKERS, ...(ssl && { ssl }), ...(sasl && { sasl }) }
}

/**
 * The same for programs that read the environment themselves. An empty variable counts as not set.
 *
 * @throws ConfigError as `kafkaConnection`, and without KAFKA_BROKERS
 */
export function readKafkaConnection(env: NodeJS.ProcessEnv): KafkaConnection {
  const given = Object.fromEntries(kafkaSettingNames.flatMap(name => (env[name] ? [[name, env[name]]] : [])))
  const { KAFKA_BROKERS } = given
  if (KAFKA_BROKERS === undefined)
    throw new ConfigError('KAFKA_BROKERS is not set: give it as host:port, several with commas between')
  return kafkaConnection({ ...given, KAFKA_BROKERS, ...(env.NODE_ENV ? { NODE_ENV: env.NODE_ENV } : {}) })
}

function tlsOf(settings: KafkaSettings): KafkaTls | undefined {
  const { KAFKA_SSL: given, KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key } = settings
  if (given !== undefined && !['true', 'false'].includes(String(given)))
    throw new ConfigError('KAFKA_SSL must be true or false')
  if (String(given) !== 'true') {
    const [unused] = (['KAFKA_SSL_CA', 'KAFKA_SSL_CERT', 'KAFKA_SSL_KEY'] as const).filter(name => settings[name])
    if (unused) throw new ConfigError(`${unused} is set, but KAFKA_SSL is not: set KAFKA_SSL=true, or unset ${unused}`)
    return undefined
  }
  if (cert && !key) throw new ConfigError('KAFKA_SSL_CERT is set, but KAFKA_SSL_KEY is not: give both, or neither')
  if (key && !cert) throw new ConfigError('KAFKA_SSL_KEY is set, but KAFKA_SSL_CERT is not: give both, or neither')
  return {
    ...(ca ? { ca: readAuthorities({ name: 'KAFKA_SSL_CA', value: ca }) } : {}),
    ...(cert && key
      ? readClientCertificate({
          cert: { name: 'KAFKA_SSL_CERT', value: cert },
          key: { name: 'KAFKA_SSL_KEY', value: key },
        })
      : {}),
  }
}

function saslOf(settings: KafkaSettings): KafkaSasl | undefined {
  const { KAFKA_SASL_MECHANISM: mechanism, KAFKA_SASL_USERNAME: username, KAFKA_SASL_PASSWORD: password } = settings
  if (!mechanism && !username && !password) return undefined
  const missing = (['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_SASL_PASSWORD'] as const).filter(
    name => !settings[name],
  )
  if (!mechanism || !username || !password)
    throw new ConfigError(`${missing.join(' and ')} must be set too: SASL needs mechanism, user name and password`)
  const known = saslMechanisms.find(name => name === mechanism.toUpperCase())
  if (!known) throw new ConfigError(`KAFKA_SASL_MECHANISM must be one of ${saslMechanisms.join(', ')}`)
  return { mechanism: known, username, password }
}

/** kafkajs types the mechanism in lower case, and takes it in any. */
type KafkajsSasl = { mechanism: 'plain'; username: string; password: string }

/**
 * The options of kafkajs for a connection; `new Kafka({ clientId, ...kafkaOptions(connection) })`. Each client needs
 * options of its own, because kafkajs keeps state in them.
 */
export function kafkaOptions({ brokers, ssl, sasl }: KafkaConnection) {
  return {
    brokers: brokers.split(',').map(broker => broker.trim()),
    ...(ssl && { ssl: { ...ssl } }),
    ...(sasl && { sasl: { ...sasl } as unknown as KafkajsSasl }),
  }
}

/**
 * What an error of kafkajs means for the settings, as a sentence; undefined where they are not the cause.
 *
 * @param isFirst whether these settings have never connected: brokers that require TLS or a password just hang up
 */
export function adviceOnKafka(
  error: unknown,
  { ssl, sasl }: KafkaConnection,
  { isFirst = false } = {},
): string | undefined {
  const text = textOf(error)
  if (/SASL .* mechanism is not supported by the server/.test(text))
    return `check KAFKA_SASL_MECHANISM: the brokers do not offer ${sasl?.mechanism}`
  if (/not valid given the current SASL state|ILLEGAL_SASL_STATE/i.test(text))
    return 'check KAFKA_SASL_MECHANISM: this port of the brokers takes no SASL'
  if (sasl && /SASL|Authentication failed/i.test(text))
    return 'check KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD: the brokers refuse them'
  const advice =
    ssl &&
    adviceOnTls(text, {
      ca: 'KAFKA_SSL_CA',
      names: 'KAFKA_BROKERS',
      client: 'KAFKA_SSL_CERT and KAFKA_SSL_KEY',
      notTls: 'KAFKA_SSL and the ports in KAFKA_BROKERS: they do not speak TLS',
    })
  if (advice || !isFirst || !/Closed connection|Connection closed|ECONNRESET|disconnected/i.test(text)) return advice
  if (!ssl && !sasl) return 'check KAFKA_SSL and KAFKA_SASL_MECHANISM: the brokers may require TLS or a password'
  if (!ssl) return 'check KAFKA_SSL: the brokers may require TLS'
  if (!sasl) return 'check KAFKA_SASL_MECHANISM: the brokers may require a password'
  return 'check the ports in KAFKA_BROKERS: they may be for another kind of connection'
}

/** The messages and codes of an error and its causes. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code } = error as NodeJS.ErrnoException
  return [code, error.message, ...(error.cause === undefined ? [] : [textOf(error.cause)])].join(' ')
}
