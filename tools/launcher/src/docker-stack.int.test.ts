import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, expect, test } from 'vitest'
import { inheritedEnvironment } from './config.ts'
import { docker, projectOf } from './docker.ts'
import { removeContainers, startDockerStack } from './docker-stack.ts'
import { forcedStack } from './settings.ts'

const dir = mkdtempSync(join(tmpdir(), 'docker-stack-'))
const env = inheritedEnvironment()

afterAll(() => rmSync(dir, { recursive: true, force: true }))

test('says that it cannot be used where there is no Docker, and leaves nothing', async () => {
  const noDocker = { ...env, PATH: dir }
  expect(await startDockerStack({ dir: join(dir, 'none'), env: noDocker })).toBeUndefined()
  expect(existsSync(join(dir, 'none'))).toBe(false)
  await removeContainers(join(dir, 'none'), noDocker)
})

test('two directories have containers of their own', () => {
  expect(projectOf('/a/.local')).toMatch(/^alipay-checkout-[0-9a-f]{8}$/)
  expect(projectOf('/a/.local')).not.toBe(projectOf('/b/.local'))
})

test('starts real servers in containers, keeps their data over a stop, and deletes it when told to', async context => {
  if (forcedStack(env) !== 'docker') context.skip('needs a Docker daemon: run with TEST_STACK=docker')
  const first = await startDockerStack({ dir, env })
  expect(Object.keys(first?.addresses ?? {}).sort()).toEqual([
    'INVENTORY_DATABASE_URL',
    'KAFKA_BROKERS',
    'ORDER_DATABASE_URL',
    'PAYMENT_DATABASE_URL',
    'REDIS_URL',
    'postgresAdminUrl',
  ])
  const ordersUrl = first?.addresses.ORDER_DATABASE_URL ?? ''
  await query(ordersUrl, sql => sql`create table kept (id int)`)
  const foreign = new URL(ordersUrl)
  foreign.pathname = '/payments'
  await expect(query(foreign.href, sql => sql`select 1`)).rejects.toThrow('permission denied for database "payments"')
  await first?.stop()
  expect(await containers('running')).toBe('')

  const second = await startDockerStack({ dir, env, only: ['postgres'] })
  expect(await query(second?.addresses.ORDER_DATABASE_URL ?? '', sql => sql`select * from kept`)).toEqual([])
  await second?.stop()

  await removeContainers(dir, env)
  expect(await containers()).toBe('')
  expect(await docker(['volume', 'ls', '--quiet', '--filter', `name=${projectOf(dir)}`], env)).toBe('')
}, 240_000)

function containers(status?: string): Promise<string> {
  const filters = [`label=com.docker.compose.project=${projectOf(dir)}`, ...(status ? [`status=${status}`] : [])]
  return docker(['ps', '--all', '--quiet', ...filters.flatMap(filter => ['--filter', filter])], env)
}

async function query<T>(url: string, run: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1 })
  try {
    return await run(sql)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
