import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

const [ready, query, sync, terminate] = ['Z', 'Q', 'S', 'X'].map(letter => letter.charCodeAt(0))
const idle = 'I'.charCodeAt(0)

/**
 * A pooler in transaction mode: clients sign in at PostgreSQL, then share the session of the first one, each for the time
 * of a transaction.
 */
export async function startTestPooler(postgresUrl: string): Promise<{ url: string; close(): Promise<void> }> {
  const { hostname, port } = new URL(postgresUrl)
  const sockets = new Set<Socket>()
  let shared: Socket | undefined
  let owner: Socket | undefined
  /** Messages of the owner that PostgreSQL has not answered yet. */
  let unanswered = 0
  const waiting: { client: Socket; message: Buffer }[] = []

  function send(client: Socket, message: Buffer): void {
    if (owner !== undefined && owner !== client) return void waiting.push({ client, message })
    owner = client
    if (message[0] === query || message[0] === sync) unanswered++
    shared?.write(message)
  }

  function answer(message: Buffer): void {
    owner?.write(message)
    if (message[0] !== ready) return
    unanswered--
    if (unanswered > 0 || message[5] !== idle) return
    owner = undefined
    for (const { client, message } of waiting.splice(0)) send(client, message)
  }

  function serve(client: Socket): void {
    const own = connect(Number(port), hostname)
    let isSignedIn = false
    for (const socket of [client, own]) sockets.add(socket.on('error', () => socket.destroy()))
    const fromClient = inMessages(message => {
      if (message[0] === terminate) client.end()
      else send(client, message)
    })
    const fromServer = inMessages(message => {
      if (isSignedIn) return answer(message)
      client.write(message)
      if (message[0] !== ready) return
      isSignedIn = true
      if (shared === undefined) shared = own
      else own.destroy()
    })
    client.on('data', chunk => (isSignedIn ? fromClient(chunk) : own.write(chunk)))
    own.on('data', fromServer)
  }

  const server = createServer(serve).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(postgresUrl)
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Cuts a stream into PostgreSQL's messages: a letter, the length of the rest, and the rest. */
function inMessages(take: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0)
  return chunk => {
    rest = Buffer.concat([rest, chunk])
    while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
      const length = 1 + rest.readUInt32BE(1)
      take(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
  }
}
