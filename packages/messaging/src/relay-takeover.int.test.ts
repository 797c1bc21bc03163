import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { startProcess, waitUntil, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { appendEvents, newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

let outbox: TestOutbox
beforeAll(async () => {
  outbox = await openTestOutbox('relay_takeover')
})
afterAll(() => outbox?.close())

/** The promised limit for a takeover, ms. */
const takeoverMaxMs = 15_000

async function append(count: number): Promise<{ key: string; numbers: number[] }> {
  const key = newOrderId()
  const events = Array.from({ length: count }, () => ({ type: 'OrderExpired' as const, key, data: { orderId: key } }))
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test', events, new Date()))
  return { key, numbers: events.map((_, n) => n) }
}

/** A forwarder to PostgreSQL that can lose all data silently, like a network whose cable is pulled. */
async function openForwarder(): Promise<{ url: string; lose(): void; heal(): void }> {
  const url = new URL(outbox.databaseUrl)
  const target = { port: Number(url.port), host: url.hostname }
  const sockets = new Set<Socket>()
  let isLost = false
  const server = createServer(client => {
    const there = connect(target)
    for (const socket of [client, there]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
      if (isLost) socket.pause()
    }
    client.on('data', data => there.write(data))
    there.on('data', data => client.write(data))
    // While data is lost, neither side learns that the other one has closed.
    client.on('close', () => isLost || there.destroy())
    there.on('close', () => isLost || client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url.port = String((server.address() as AddressInfo).port)
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
    await once(server, 'close')
  })
  return {
    url: url.href,
    lose() {
      isLost = true
      for (const socket of sockets) socket.pause()
    },
    heal() {
      isLost = false
      for (const socket of sockets) socket.resume()
    },
  }
}

it.each([
  ['while the outbox is empty', 0],
  ['in the middle of a backlog', 20_000],
])(
  'another replica publishes within 15 s when the publishing one is paused %s',
  async (_, backlog) => {
    const watch = await watchTopics(['order.events'])
    onTestFinished(() => watch.stop())
    const frozen = startProcess('packages/messaging/src/test-relay-program.ts', {
      args: [outbox.brokers, outbox.databaseUrl],
    })
    onTestFinished(async () => {
      frozen.kill('SIGCONT')
      await frozen.stop()
    })
    await waitUntil(() => frozen.output().includes('it leads'), {
      what: 'the first replica publishes',
      timeoutMs: 40_000,
    })
    const before = await append(backlog)
    if (backlog > 0) await waitUntil(() => watch.of(before.key).length > 0, { what: 'it is in the middle of it' })
    frozen.kill('SIGSTOP')
    const other = outbox.startRelay()
    const after = await append(3)
    const startMs = performance.now()
    await waitUntil(() => other.state().leader, { what: 'the other one publishes', timeoutMs: takeoverMaxMs })
    await watch.next(record => record.key === after.key, {
      what: 'an event is on Kafka',
      timeoutMs: Math.max(1, takeoverMaxMs + (backlog > 0 ? 20_000 : 0) - (performance.now() - startMs)),
    })
    await waitUntil(async () => (await outbox.depth()) === 0, { what: 'the outbox is empty', timeoutMs: 20_000 })

    // Resumed, it must not publish rows that it read before the pause.
    frozen.kill('SIGCONT')
    const last = await append(1)
    await watch.next(record => record.key === last.key, { what: 'the last event is on Kafka' })
    expect(other.state().leader).toBe(true)
    const ids = [...new Set(watch.of(before.key).map(({ headers }) => headers.ce_id))]
    expect(ids.length).toBe(backlog)
    expect(ids).toEqual(ids.toSorted())
  },
  90_000,
)

it('another replica publishes within 15 s when the host of the publishing one is gone', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const forwarder = await openForwarder()
  const gone = outbox.startRelay({ url: forwarder.url })
  await waitUntil(() => gone.state().leader, { what: 'the first replica publishes' })
  const other = outbox.startRelay()
  forwarder.lose()
  const { key } = await append(3)
  await watch.next(record => record.key === key, { what: 'an event is on Kafka', timeoutMs: takeoverMaxMs })
  expect(other.state().leader).toBe(true)
  // The lost one has noticed too, and reports why it does not publish.
  await waitUntil(() => !gone.state().leader, { what: 'the first one has noticed', timeoutMs: takeoverMaxMs })
  await expect(gone.check()).rejects.toThrow(/the relay can't publish: /)
  forwarder.heal()
  await waitUntil(
    async () =>
      gone.check().then(
        () => true,
        () => false,
      ),
    { what: 'it is ready again', timeoutMs: 20_000 },
  )
  expect([gone.state().leader, other.state().leader]).toEqual([false, true])
}, 60_000)

it('every replica reports that none publishes, whatever the reason', async () => {
  const [holder] = [outbox.database.client]
  // A session that holds the lock and sends statements, but publishes nothing.
  const session = await holder.reserve()
  onTestFinished(() => session.release())
  await session`select pg_advisory_lock(hashtext('alipay-checkout outbox relay'))`
  onTestFinished(async () => void (await session`select pg_advisory_unlock_all()`))
  const statements = setInterval(() => void session`select 1`.catch(() => {}), 1_000)
  onTestFinished(() => clearInterval(statements))
  const relay = outbox.startRelay()
  await append(1)
  const problem = await waitUntil(
    async () =>
      relay.check().then(
        () => undefined,
        (error: Error) => error.message,
      ),
    {
      what: 'it reports that',
      timeoutMs: 40_000,
    },
  )
  expect(problem).toMatch(/no replica publishes: the oldest event of the outbox is the same since 20/)
  expect(await relay.registry.metrics()).toContain('outbox_relay_leader 0')
  clearInterval(statements)
  await session`select pg_advisory_unlock_all()`
  await waitUntil(async () => (await outbox.depth()) === 0, { what: 'the outbox is empty' })
  await relay.check()
  expect(await relay.registry.metrics()).toContain('outbox_relay_leader 1')
}, 60_000)
