import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { mistakesIn } from '@alipay-checkout/observability'
import { jwt } from '@alipay-checkout/test-support'
import postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { call } from './support/http.ts'
import { system } from './support/system.ts'

const folder = fileURLToPath(new URL('../../../docs/operations/runbooks', import.meta.url))
const token = jwt('on-call', { role: 'operator' })
const databases: Readonly<Record<string, string>> = {
  ORDER_DATABASE_URL: system.databases.orders,
  PAYMENT_DATABASE_URL: system.databases.payments,
}

/** Runs a command of a runbook here, as far as it concerns the system. False: it is a command of the host. */
async function run(command: string): Promise<boolean> {
  const path = /^curl -s "\$GATEWAY(\/api\/admin\/[^"]*)"/.exec(command)?.[1]
  if (path) {
    const answer = await call('GET', path, { token })
    expect([answer.status, answer.status === 200 ? '' : answer.text]).toEqual([200, ''])
    return true
  }
  const expr = /^curl -s "\$PROMETHEUS\/api\/v1\/query" --data-urlencode \\\n {2}'query=([^']*)'$/.exec(command)?.[1]
  if (expr) {
    expect(mistakesIn({ where: command, expr })).toEqual([])
    return true
  }
  const [, database = '', statement] = /^psql "\$(\w+)" -c "\n([^"]*)"$/.exec(command) ?? []
  if (statement) {
    const sql = postgres(databases[database] ?? '', { max: 1, onnotice: () => {} })
    await sql.unsafe(statement).finally(() => sql.end({ timeout: 1 }))
    return true
  }
  if (command === 'curl -s "$ORDER_SERVICE_URL/readyz"') {
    expect((await call('GET', '/readyz', { base: system.orderServiceUrl })).status).toBe(200)
    return true
  }
  if (command === 'curl -s -X POST "$GATEWAY/api/payment/notify" -d x=1') {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await fetch(`${system.gatewayUrl}/api/payment/notify`, { method: 'POST', headers, body: 'x=1' })
    expect(await answer.text()).toBe('failure')
    return true
  }
  return false
}

/** Commands that are no business of the system under test. Those with npm have tests of their own. */
const elsewhere = /^(npm run (dlq|cases|reconcile)|redis-cli |date )/

describe('every command of the runbooks', () => {
  const files = globSync('*.md', { cwd: folder }).filter(name => name !== 'README.md')
  it.each(files)('%s', async file => {
    const text = readFileSync(join(folder, file), 'utf8')
    const commands = [...text.matchAll(/^```sh\n([\s\S]*?)\n```$/gm)].map(([, command = '']) => command)
    expect(commands.length).toBe(3)
    for (const command of commands) {
      if (!(await run(command))) expect(command).toMatch(elsewhere)
    }
  })
})
