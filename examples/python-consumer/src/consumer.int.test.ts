import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ensureTopics, testKafka, testStack, uniqueName, waitUntil } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it } from 'vitest'

const folder = fileURLToPath(new URL('..', import.meta.url))
const missing = whyNoPython()
if (missing !== undefined) console.warn(`the Python example is not tested: ${missing}`)

/** Why there is no Python here that can run the example, or undefined. */
function whyNoPython(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))'], {
      stdio: 'pipe',
    })
    return undefined
  } catch (error) {
    return `python3 3.9 with venv is needed (${(error as Error).message.split('\n')[0]})`
  }
}

let dir: string
let brokers: string
let python: string
beforeAll(async () => {
  if (missing !== undefined) return
  dir = mkdtempSync(join(tmpdir(), 'python-consumer-'))
  python = join(dir, 'venv', 'bin', 'python')
  const install = async () => {
    await promisify(execFile)('python3', ['-m', 'venv', join(dir, 'venv')])
    const args = ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', '-r', join(folder, 'requirements.txt')]
    await promisify(execFile)(python, [...args, '--disable-pip-version-check'])
  }
  const [stack] = await Promise.all([testStack(), ensureTopics(), install()])
  brokers = stack.kafkaBrokers
}, 180_000)
afterAll(() => {
  if (dir !== undefined) rmSync(dir, { recursive: true, force: true })
})

const newOrderId = () => `ord_${randomBytes(16).toString('hex')}`

/** Publishes events as order-service does. */
async function publish(events: { type: string; id: string; orderId: string; value: string }[]): Promise<void> {
  const producer = testKafka(brokers).producer()
  await producer.connect()
  const messages = events.map(({ type, id, orderId, value }) => ({
    key: orderId,
    value,
    headers: {
      ...{ ce_id: id, ce_type: type, ce_source: '/order-service', ce_specversion: '1.0', ce_subject: orderId },
      ...{ ce_time: new Date().toISOString(), 'content-type': 'application/json' },
    },
  }))
  await producer.send({ topic: 'order.events', messages })
  await producer.disconnect()
}

function start(group: string, file: string): { child: ChildProcess; output: () => string; ended: Promise<unknown> } {
  const child = spawn(python, [join(folder, 'consumer.py')], {
    env: { ...process.env, KAFKA_BROKERS: brokers, GROUP: group, DATABASE_FILE: file },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  return { child, output: () => output, ended: new Promise(resolve => child.once('exit', resolve)) }
}

it.skipIf(missing !== undefined)(
  'counts each event once, also after SIGKILL, and sets aside what it can’t handle',
  async () => {
    const [group, sku, file] = [uniqueName('python'), uniqueName('tea'), join(dir, 'sold.sqlite')]
    const [orderId, paidId, badId, refundId] = [newOrderId(), randomUUID(), randomUUID(), randomUUID()]
    const lines = (quantity: number) => JSON.stringify({ orderId, lines: [{ sku, quantity }] })
    const paid = { type: 'OrderPaid', id: paidId, orderId, value: lines(3) }
    const first = start(group, file)
    await publish([paid, { type: 'OrderPaid', id: badId, orderId, value: '{"this is": no event' }, paid])
    await waitUntil(async () => first.output().includes(`refused ${badId}`), { what: 'both events', timeoutMs: 45_000 })
    first.child.kill('SIGKILL')
    await first.ended
    const unpaid = { type: 'OrderRefunded', id: randomUUID(), orderId: newOrderId() }
    const refunded = { type: 'OrderRefunded', id: refundId, orderId, value: lines(1) }
    await publish([paid, { ...unpaid, value: lines(1).replace(orderId, unpaid.orderId) }, refunded])
    const second = start(group, file)
    const hasBoth = () => [refundId, unpaid.id].every(id => second.output().includes(id))
    await waitUntil(async () => hasBoth(), { what: 'both refunds', timeoutMs: 45_000 })
    second.child.kill('SIGTERM')
    expect(await second.ended).toBe(0)
    const database = new DatabaseSync(file, { readOnly: true })
    expect({ ...database.prepare('select units from sold where sku = ?').get(sku) }).toEqual({ units: 2 })
    expect({ ...database.prepare('select event_id from refused where event_id = ?').get(badId) }).toEqual({
      event_id: badId,
    })
    database.close()
  },
  120_000,
)
