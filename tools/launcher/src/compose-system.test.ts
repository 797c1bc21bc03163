import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { composeEnvironment, composeSystem } from './compose-system.ts'
import { repositoryRoot } from './paths.ts'

it('reads addresses and secrets from docker-compose.yml', () => {
  expect(composeEnvironment({})).toEqual({
    ORDER_DATABASE_URL: 'postgres://order_service:development-order@127.0.0.1:15432/orders',
    PAYMENT_DATABASE_URL: 'postgres://payment_service:development-payment@127.0.0.1:15432/payments',
    INVENTORY_DATABASE_URL: 'postgres://inventory_service:development-inventory@127.0.0.1:15432/inventory',
    KAFKA_BROKERS: '127.0.0.1:19092',
    REDIS_URL: 'redis://127.0.0.1:16379',
    GATEWAY_PORT: '8080',
    PUBLIC_URL: 'http://localhost:8080',
    PAYMENT_SERVICE_URL: 'http://127.0.0.1:17002',
    JWT_SECRET: 'development-jwt-secret',
    SERVICE_TOKEN: 'development-service-token',
    SIMULATOR_URL: 'http://127.0.0.1:4010',
  })
})

it('prefers what .env or the shell sets, as docker compose does', () => {
  const env = { KAFKA_PORT: '1', GATEWAY_PORT: '2', JWT_SECRET: 'own', ALIPAY_GATEWAY: 'https://alipay.example' }
  const found = composeEnvironment(env)
  expect(found).toMatchObject({ KAFKA_BROKERS: '127.0.0.1:1', PUBLIC_URL: 'http://localhost:2', JWT_SECRET: 'own' })
  expect(found).not.toHaveProperty('SIMULATOR_URL')
})

it('uses the system in Docker with STACK=docker, and never with STACK=local or without Docker', async () => {
  expect(await composeSystem({ STACK: 'docker' })).toMatchObject({ GATEWAY_PORT: '8080' })
  expect(await composeSystem({ STACK: 'local' })).toBeUndefined()
  expect(await composeSystem({ PATH: '/nowhere' })).toBeUndefined()
})

it('has every setting of every service in docker-compose.yml', () => {
  const read = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8')
  const files = globSync(['services/*/src/config.ts', 'packages/service-kit/src/config.ts'], { cwd: repositoryRoot })
  expect(files.length).toBeGreaterThanOrEqual(5)
  const settings = files.flatMap(file =>
    [...read(file).matchAll(/(?:^|[{,])\s*([A-Z][A-Z0-9_]+):/gm)].map(([, name]) => name),
  )
  const passedOn = new Set([...read('docker-compose.yml').matchAll(/^ +([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name))
  expect(settings.filter(name => !passedOn.has(name))).toEqual([])
})
