import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CertificateFiles, issueCertificates } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { type KafkaSettings, kafkaConnection, kafkaOptions, readKafkaConnection } from './kafka.ts'
import { readAuthorities, readClientCertificate } from './pem.ts'
import { redisConnection, redisOptions } from './redis.ts'

const dir = mkdtempSync(join(tmpdir(), 'kafka-settings-'))
let files: CertificateFiles
beforeAll(async () => {
  files = await issueCertificates(dir)
})
afterAll(() => rmSync(dir, { recursive: true }))

const brokers = { KAFKA_BROKERS: 'one:9092, two:9092' }
const text = (file: string) => readFileSync(file, 'utf8')

describe('a connection to Kafka', () => {
  it('is plain unless it is set otherwise', () => {
    expect(kafkaOptions(kafkaConnection(brokers))).toEqual({ brokers: ['one:9092', 'two:9092'] })
    expect(readKafkaConnection({ ...brokers, KAFKA_SSL: '', KAFKA_SASL_MECHANISM: '' })).toEqual({
      brokers: brokers.KAFKA_BROKERS,
    })
  })

  it('has TLS, certificates as text or from files, and a password', () => {
    const settings = {
      ...brokers,
      KAFKA_SSL: true,
      KAFKA_SSL_CA: files.ca,
      KAFKA_SSL_CERT: files.clientCert,
      KAFKA_SSL_KEY: text(files.clientKey).replaceAll('\n', '\\n'),
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'shop',
      KAFKA_SASL_PASSWORD: 'p',
    }
    expect(kafkaOptions(kafkaConnection(settings))).toEqual({
      brokers: ['one:9092', 'two:9092'],
      ssl: { ca: text(files.ca), cert: text(files.clientCert), key: text(files.clientKey) },
      sasl: { mechanism: 'SCRAM-SHA-512', username: 'shop', password: 'p' },
    })
    expect(kafkaConnection({ ...brokers, KAFKA_SSL: 'true' }).ssl).toEqual({})
  })

  const user = { KAFKA_SASL_USERNAME: 'shop', KAFKA_SASL_PASSWORD: 'hunter2' }
  const tls = { KAFKA_SSL: 'true' }
  const refused: [settings: () => Partial<KafkaSettings>, message: string][] = [
    [() => ({ KAFKA_SSL: 'yes' }), 'KAFKA_SSL must be true or false'],
    [() => ({ KAFKA_SSL_CA: files.ca }), 'KAFKA_SSL_CA is set, but KAFKA_SSL is not'],
    [() => ({ ...tls, KAFKA_SSL_CERT: files.clientCert }), 'KAFKA_SSL_CERT is set, but KAFKA_SSL_KEY is not'],
    [() => ({ ...tls, KAFKA_SSL_KEY: files.clientKey }), 'KAFKA_SSL_KEY is set, but KAFKA_SSL_CERT is not'],
    [() => ({ ...tls, KAFKA_SSL_CA: 'hunter2' }), 'KAFKA_SSL_CA is neither PEM text nor the path of a file'],
    [() => ({ ...tls, KAFKA_SSL_CA: dir }), 'can be read (EISDIR)'],
    [() => ({ ...tls, KAFKA_SSL_CA: files.clientKey }), 'KAFKA_SSL_CA: there is no certificate in it'],
    [
      () => ({ ...tls, KAFKA_SSL_CERT: files.serverCert, KAFKA_SSL_KEY: files.clientKey }),
      'KAFKA_SSL_KEY: the private key does not belong to the certificate of KAFKA_SSL_CERT',
    ],
    [
      () => ({ ...tls, KAFKA_SSL_CERT: files.clientCert, KAFKA_SSL_KEY: files.clientCert }),
      'KAFKA_SSL_KEY: there is no private key in it',
    ],
    [
      () => ({ ...tls, KAFKA_SSL_CERT: files.clientCert, KAFKA_SSL_KEY: '-----BEGIN ENCRYPTED PRIVATE KEY-----' }),
      'KAFKA_SSL_KEY: the private key is encrypted',
    ],
    [() => ({ KAFKA_SASL_MECHANISM: 'PLAIN' }), 'KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD must be set too'],
    [() => user, 'KAFKA_SASL_MECHANISM must be set too'],
    [() => ({ ...user, KAFKA_SASL_MECHANISM: 'GSSAPI' }), 'must be one of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512'],
    [
      () => ({ ...user, KAFKA_SASL_MECHANISM: 'PLAIN', NODE_ENV: 'production' }),
      'KAFKA_SASL_MECHANISM=PLAIN sends the password unencrypted',
    ],
  ]
  it.each(refused)('is refused: %#', (settings, message) => {
    const connect = () => kafkaConnection({ ...brokers, ...settings() })
    expect(connect).toThrow(ConfigError)
    expect(connect).toThrow(message)
    expect(connect).not.toThrow(/hunter2/)
  })

  it('needs brokers', () => {
    expect(() => readKafkaConnection({ KAFKA_SSL: 'true' })).toThrow('KAFKA_BROKERS is not set')
  })
})

it('refuses certificates that are not valid at the moment', () => {
  const ca = { name: 'KAFKA_SSL_CA', value: files.ca }
  const client = {
    cert: { name: 'KAFKA_SSL_CERT', value: files.clientCert },
    key: { name: 'KAFKA_SSL_KEY', value: files.clientKey },
  }
  expect(() => readAuthorities(ca, new Date('2099-01-01'))).toThrow('KAFKA_SSL_CA: the certificate expired on 20')
  expect(() => readClientCertificate(client, new Date('2099-01-01'))).toThrow('KAFKA_SSL_CERT: the certificate expired')
  expect(() => readClientCertificate(client, new Date('1999-01-01'))).toThrow('valid only from 20')
  // One of the authorities is enough.
  expect(readAuthorities(ca)).toContain('BEGIN CERTIFICATE')
})

it('reaches Redis with TLS by its address, and verifies it by the given authority', () => {
  const url = 'rediss://shop:p@cache.example.com:6380'
  expect(redisOptions(redisConnection({ REDIS_URL: url }))).toEqual({ tls: { servername: 'cache.example.com' } })
  const verified = redisConnection({ REDIS_URL: 'rediss://127.0.0.1:6380', REDIS_SSL_CA: files.ca })
  expect(redisOptions(verified)).toEqual({ tls: { ca: text(files.ca) } })
  expect(redisOptions(redisConnection({ REDIS_URL: 'redis://127.0.0.1' }))).toEqual({})
  expect(() => redisConnection({ REDIS_URL: 'redis://127.0.0.1', REDIS_SSL_CA: files.ca })).toThrow(
    'REDIS_SSL_CA is set, but REDIS_URL does not begin with rediss://',
  )
})
