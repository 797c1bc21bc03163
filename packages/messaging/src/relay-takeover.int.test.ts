import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { startProcess, waitUntil, watchTopics } from '@alipay-checkout/test-support'
import { expect, it, type TestContext } from 'vitest'
import { appendEvents, newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

// These tests mostly wait, so they run at the same time, each on its own database.

type OnFinished = TestContext['onTestFinished']

async function openOutbox(onTestFinished: OnFinished): Promise<TestOutbox> {
  const outbox = await openTestOutbox('relay_takeover', onTestFinished)
  onTestFinished(() => outbox.close())
  return outbox
}

/** The promised limit for a takeover, ms. */
const takeoverMaxMs = 15_000

async function append(outbox: TestOutbox, count: number): Promise<{ key: string; numbers: number[] }> {
  const key = newOrderId()
  const events = Array.from({ length: count }, () => ({ type: 'OrderExpired' as const, key, data: { orderId: key } }))
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test', events, new Date()))
  return { key, numbers: events.map((_, n) => n) }
}

/** A forwarder to PostgreSQL that can lose all data silently, like a network without its cable. */
async function openForwarder(
  databaseUrl: string,
  onTestFinished: OnFinished,
): Promise<{ url: string; lose(): void; heal(): void }> {
  const url = new URL(databaseUrl)
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

it.concurrent.for([
  ['while the outbox is empty', 0],
  ['in the middle of a backlog', 20_000],
] as const)(
  'lets another replica publish within 15 s when the publishing one is paused %s',
  { timeout: 90_000 },
  async ([, backlog], { onTestFinished }) => {
    const outbox = await openOutbox(onTestFinished)
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
    const before = await append(outbox, backlog)
    if (backlog > 0) await waitUntil(() => watch.of(before.key).length > 0, { what: 'the backlog is partly published' })
    frozen.kill('SIGSTOP')
    const other = outbox.startRelay()
    const after = await append(outbox, 3)
    const startMs = performance.now()
    await waitUntil(() => other.state().leader, { what: 'the other replica publishes', timeoutMs: takeoverMaxMs })
    await watch.next(record => record.key === after.key, {
      what: 'an event is on Kafka',
      timeoutMs: Math.max(1, takeoverMaxMs + (backlog > 0 ? 20_000 : 0) - (performance.now() - startMs)),
    })
    await waitUntil(async () => (await outbox.depth()) === 0, { what: 'the outbox is empty', timeoutMs: 20_000 })

    // After the pause, the first replica must not publish rows that it read before it.
    frozen.kill('SIGCONT')
    const last = await append(outbox, 1)
    await watch.next(record => record.key === last.key, { what: 'the last event is on Kafka' })
    expect(other.state().leader).toBe(true)
    const ids = [...new Set(watch.of(before.key).map(({ headers }) => headers.ce_id))]
    expect(ids.length).toBe(backlog)
    expect(ids).toEqual(ids.toSorted())
  },
)

it.concurrent('lets another replica publish within 15 s when the host of the publishing one is gone', async ({
  onTestFinished,
}) => {
  const outbox = await openOutbox(onTestFinished)
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const forwarder = await openForwarder(outbox.databaseUrl, onTestFinished)
  const gone = outbox.startRelay({ url: forwarder.url })
  await waitUntil(() => gone.state().leader, { what: 'the first replica publishes' })
  const other = outbox.startRelay()
  forwarder.lose()
  const { key } = await append(outbox, 3)
  await watch.next(record => record.key === key, { what: 'an event is on Kafka', timeoutMs: takeoverMaxMs })
  expect(other.state().leader).toBe(true)
  await waitUntil(() => !gone.state().leader, { what: 'the first replica has noticed', timeoutMs: takeoverMaxMs })
  // It reports why it does not publish once it has tried to take over again.
  await waitUntil(() => gone.check().then(() => Promise.reject(new Error('it is ready')), isPublishingProblem), {
    what: 'the first replica reports the loss',
    timeoutMs: takeoverMaxMs,
  })
  forwarder.heal()
  await waitUntil(
    async () =>
      gone.check().then(
        () => true,
        () => false,
      ),
    { what: 'the first replica is ready again', timeoutMs: 20_000 },
  )
  expect([gone.state().leader, other.state().leader]).toEqual([false, true])
}, 60_000)

it.concurrent('reports on every replica that none publishes, whatever the reason', async ({ onTestFinished }) => {
  const outbox = await openOutbox(onTestFinished)
  // A session that holds the lock and sends statements, but publishes nothing.
  const session = await outbox.database.client.reserve()
  onTestFinished(() => session.release())
  await session`select pg_advisory_lock(hashtext('alipay-checkout outbox relay'))`
  onTestFinished(async () => void (await session`select pg_advisory_unlock_all()`))
  const statements = setInterval(() => void session`select 1`.catch(() => {}), 1_000)
  onTestFinished(() => clearInterval(statements))
  const relay = outbox.startRelay()
  await append(outbox, 1)
  const problem = await waitUntil(
    async () =>
      relay.check().then(
        () => undefined,
        (error: Error) => error.message,
      ),
    {
      what: 'the relay reports that none publishes',
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

const isPublishingProblem = ({ message }: Error) => message.startsWith("the relay can't publish: ")
