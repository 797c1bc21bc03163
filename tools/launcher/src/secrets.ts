import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { readJson, writeJson } from './json-file.ts'

/** Passwords and keys that the first start generates. */
export interface Secrets {
  POSTGRES_PASSWORD: string
  ORDER_DATABASE_PASSWORD: string
  PAYMENT_DATABASE_PASSWORD: string
  INVENTORY_DATABASE_PASSWORD: string
  /** Of the example's database, which `npm run example:fulfilment` creates. */
  FULFILMENT_DATABASE_PASSWORD: string
  /** Of the user `shop` of Kafka and Redis, where they require one. */
  KAFKA_PASSWORD: string
  REDIS_PASSWORD: string
  JWT_SECRET: string
  SERVICE_TOKEN: string
  RETURN_URL_SECRET: string
  QUOTE_SECRET: string
}

const names: (keyof Secrets)[] = [
  'POSTGRES_PASSWORD',
  'ORDER_DATABASE_PASSWORD',
  'PAYMENT_DATABASE_PASSWORD',
  'INVENTORY_DATABASE_PASSWORD',
  'FULFILMENT_DATABASE_PASSWORD',
  'KAFKA_PASSWORD',
  'REDIS_PASSWORD',
  'JWT_SECRET',
  'SERVICE_TOKEN',
  'RETURN_URL_SECRET',
  'QUOTE_SECRET',
]

/** Reads the secrets of a directory from `secrets.json`, which only its owner may read, and generates missing ones. */
export function loadSecrets(dir: string): Secrets {
  const file = join(dir, 'secrets.json')
  const stored = readJson<Partial<Secrets>>(file) ?? {}
  // Hex needs no escaping in an address or in SQL.
  const secrets = Object.fromEntries(names.map(name => [name, stored[name] ?? randomBytes(24).toString('hex')]))
  if (names.some(name => stored[name] === undefined)) writeJson(file, secrets)
  return secrets as unknown as Secrets
}
