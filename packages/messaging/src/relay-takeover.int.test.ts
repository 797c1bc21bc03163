import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { startProcess, waitUntil, watchTopics } from '@alipay-checkout/test-support'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { appendEvents } from './outbox.ts'
import { newOrderId, openTestOutbox, type TestOutbox } from './test-outbox.ts'

let outbox: TestOutbox
beforeAll(async () => {
  outbox = await openTestOutbox('relay_takeover')
})
afterAll(() => outbox?.close())

/** What the promise allows, ms. */
const takeoverMaxMs = 15_000

async function append(count: number): Promise<{ key: string; numbers: number[] }> {
  const key = newOrderId()
  const events = Array.from({ length: count }, () => ({ type: 'OrderExpired' as const, key, data: { orderId: key } }))
  await outbox.database.db.transaction(tx => appendEvents(tx, 'test', events, new Date()))
  return { key, numbers: events.map((_, n) => n) }
}

/** A way to PostgreSQL that can lose everything without a word, as a network does whose cable is pulled. */
async function openWay(): Promise<{ url: string; lose(): void; heal(): void }> {
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
    // Neither side hears of the other's end while nothing passes.
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
  ['while it waits', 0],
  ['in the middle of a backlog', 20_000],
])(
  'another replica publishes within 15 s when the one that does is frozen %s',
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

    // It wakes, and finds that it publishes no more; nothing of what it says by then comes before what it should follow.
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

it('another replica publishes within 15 s when the host of the one that does is gone', async () => {
  const watch = await watchTopics(['order.events'])
  onTestFinished(() => watch.stop())
  const way = await openWay()
  const gone = outbox.startRelay({ url: way.url })
  await waitUntil(() => gone.state().leader, { what: 'the first replica publishes' })
  const other = outbox.startRelay()
  way.lose()
  const { key } = await append(3)
  await watch.next(record => record.key === key, { what: 'an event is on Kafka', timeoutMs: takeoverMaxMs })
  expect(other.state().leader).toBe(true)
  // The lost one knows that it publishes no more, and says why.
  await waitUntil(() => !gone.state().leader, { what: 'the first one has noticed', timeoutMs: takeoverMaxMs })
  await expect(gone.check()).rejects.toThrow(/the relay can't publish: /)
  way.heal()
  await waitUntil(
    async () =>
      gone.check().then(
        () => true,
        () => false,
      ),
    { what: 'it is well again', timeoutMs: 20_000 },
  )
  expect([gone.state().leader, other.state().leader]).toEqual([false, true])
}, 60_000)

it('every replica says when nobody publishes, whatever the reason', async () => {
  const [holder] = [outbox.database.client]
  // Somebody holds the lock, speaks with PostgreSQL, and publishes nothing.
  const session = await holder.reserve()
  onTestFinished(() => session.release())
  await session`select pg_advisory_lock(hashtext('alipay-checkout outbox relay'))`
  onTestFinished(async () => void (await session`select pg_advisory_unlock_all()`))
  const speaking = setInterval(() => void session`select 1`.catch(() => {}), 1_000)
  onTestFinished(() => clearInterval(speaking))
  const relay = outbox.startRelay()
  await append(1)
  const problem = await waitUntil(
    async () =>
      relay.check().then(
        () => undefined,
        (error: Error) => error.message,
      ),
    {
      what: 'it says so',
      timeoutMs: 40_000,
    },
  )
  expect(problem).toMatch(/nobody publishes: the oldest event of the outbox is the same since 20/)
  expect(await relay.registry.metrics()).toContain('outbox_relay_leader 0')
  clearInterval(speaking)
  await session`select pg_advisory_unlock_all()`
  await waitUntil(async () => (await outbox.depth()) === 0, { what: 'the outbox is empty' })
  await relay.check()
  expect(await relay.registry.metrics()).toContain('outbox_relay_leader 1')
}, 60_000)
