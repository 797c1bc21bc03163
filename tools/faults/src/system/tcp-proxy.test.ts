import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let proxy: TcpProxy
let servers: Server[] = []
let clients: Socket[] = []
const accepted = new Set<Socket>()

beforeEach(async () => {
  proxy = await openTcpProxy()
})

afterEach(async () => {
  for (const client of clients) client.destroy()
  for (const socket of accepted) socket.destroy()
  await proxy.close()
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))))
  servers = []
  clients = []
})

/** An echo server that puts its name in front of the first chunk. */
async function echo(name: string): Promise<number> {
  const server = createServer(socket => {
    accepted.add(socket)
    socket.on('error', () => {})
    socket.write(name)
    socket.pipe(socket)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

interface Client {
  socket: Socket
  /** Everything received so far. */
  received(): Buffer
  text(): string
  /** The error's code, or `closed`. */
  end: Promise<string>
}

const open = () => connectTo(proxy.port)

function connectTo(port: number): Client {
  const socket = connect({ port, host: '127.0.0.1' })
  clients.push(socket)
  const pieces: Buffer[] = []
  socket.on('data', chunk => pieces.push(chunk))
  const end = new Promise<string>(resolve => {
    socket.on('error', error => resolve((error as NodeJS.ErrnoException).code ?? 'error'))
    socket.on('close', () => resolve('closed'))
  })
  const received = () => Buffer.concat(pieces)
  return { socket, received, text: () => received().toString(), end }
}

it('passes everything in both directions, including the end', async () => {
  proxy.setTargets([await echo('')])
  const client = open()
  const sent = randomBytes(3_000_000)
  client.socket.end(sent)
  expect(await client.end).toBe('closed')
  expect(client.received().equals(sent)).toBe(true)
  expect(proxy.connections()).toBe(0)
})

it('connects to each target in turn, and skips one that refuses', async () => {
  const dead = await openTcpProxy()
  await dead.close()
  proxy.setTargets([await echo('a'), dead.port, await echo('b')])
  const all = [open(), open(), open(), open()]
  for (const client of all) await expect.poll(client.text).toMatch(/a|b/)
  expect(all.map(client => client.text())).toEqual(['a', 'b', 'b', 'a'])
})

it('resets where no target accepts', async () => {
  proxy.setTargets([])
  expect(await open().end).toBe('ECONNRESET')
})

it('delays each chunk, in order', async () => {
  proxy.setTargets([await echo('')])
  const client = open()
  client.socket.write('0')
  await expect.poll(client.text).toBe('0')
  proxy.slow(60)
  const since = performance.now()
  for (let n = 1; n < 10; n++) client.socket.write(String(n))
  await expect.poll(client.text, { interval: 1 }).toBe('0123456789')
  expect(performance.now() - since).toBeGreaterThanOrEqual(119)
  // What was on its way when it healed is not overtaken.
  client.socket.write('a')
  proxy.heal()
  client.socket.write('b')
  await expect.poll(client.text).toBe('0123456789ab')
})

it('resets present and new connections while cut', async () => {
  proxy.setTargets([await echo('hello')])
  const before = open()
  await expect.poll(before.text).toBe('hello')
  proxy.cut()
  expect(await before.end).toBe('ECONNRESET')
  expect(await open().end).toBe('ECONNRESET')
  proxy.heal()
  const after = open()
  await expect.poll(after.text).toBe('hello')
})

it('passes nothing while half-open, and everything once healed', async () => {
  const server = await echo('hello')
  proxy.setTargets([server])
  const before = open()
  await expect.poll(before.text).toBe('hello')
  proxy.stall()
  before.socket.write(' again')
  const during = open()
  await once(during.socket, 'connect')
  during.socket.write('!')
  // Meanwhile an undisturbed client has sent and received much: what could pass would have passed.
  const direct = connectTo(server)
  for (let n = 1; n <= 20; n++) {
    direct.socket.write('x')
    await expect.poll(direct.text, { interval: 1 }).toBe(`hello${'x'.repeat(n)}`)
  }
  expect([before.text(), during.text()]).toEqual(['hello', ''])
  expect(proxy.connections()).toBe(2)
  proxy.heal()
  await expect.poll(before.text).toBe('hello again')
  await expect.poll(during.text).toBe('hello!')
})

it('drops everything of a lost host without informing either side, and affects no other client', async () => {
  const ended: string[] = []
  const server = createServer(socket => {
    accepted.add(socket)
    socket.on('error', () => ended.push('error'))
    socket.on('close', () => ended.push('close'))
    socket.write('hello')
    socket.pipe(socket)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.setTargets([(server.address() as AddressInfo).port])
  const [gone, stays] = [open(), open()]
  await expect.poll(gone.text).toBe('hello')
  await expect.poll(stays.text).toBe('hello')
  const ports = new Set([gone.socket.localPort])
  proxy.loseHost(port => ports.has(port))
  await new Promise(resolve => gone.socket.write(randomBytes(3_000_000), resolve))
  gone.socket.destroy()
  const news = open()
  for (const client of [stays, news]) client.socket.write(' again')
  for (const client of [stays, news]) await expect.poll(client.text).toBe('hello again')
  expect(ended).toEqual([])
  proxy.restoreHost()
  await expect.poll(() => ended.length).toBeGreaterThan(0)
  expect(proxy.connections()).toBe(2)
  expect(stays.text()).toBe('hello again')
})

it('leaves new connections of a lost host hanging until it is restored', async () => {
  const server = await echo('hello')
  proxy.setTargets([server])
  proxy.loseHost(() => true)
  const during = open()
  await once(during.socket, 'connect')
  during.socket.write('!')
  const direct = connectTo(server)
  await expect.poll(direct.text).toBe('hello')
  expect(during.text()).toBe('')
  proxy.restoreHost()
  expect(await during.end).toBe('ECONNRESET')
  await expect.poll(open().text).toBe('hello')
})

it('names the client of a connection by the proxy’s own port', async () => {
  const reached: number[] = []
  const server = createServer(socket => {
    accepted.add(socket)
    reached.push(socket.remotePort ?? 0)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.setTargets([(server.address() as AddressInfo).port])
  const client = open()
  await expect.poll(() => reached.length).toBe(1)
  await expect.poll(() => proxy.clientOf(reached[0] ?? 0)).toBe(client.socket.localPort)
  expect(proxy.clientOf(0)).toBeUndefined()
})

it('resets half-open connections, as a restarted peer does', async () => {
  proxy.setTargets([await echo('hello')])
  const client = open()
  await expect.poll(client.text).toBe('hello')
  proxy.stall()
  proxy.reset()
  proxy.heal()
  expect(await client.end).toBe('ECONNRESET')
  await expect.poll(open().text).toBe('hello')
})
