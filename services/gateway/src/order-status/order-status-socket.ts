import type { OrderStatus, OrderStatusAnswer } from '@alipay-checkout/contracts'
import { type HttpApp, Problem, traceOf } from '@alipay-checkout/service-kit'
import websocket, { type WebSocket } from '@fastify/websocket'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Gauge, type Registry } from 'prom-client'
import { authoriseStatus, orderPath } from '../auth/order-access.ts'
import type { Dependencies } from '../dependencies.ts'
import { orderIdOf } from '../http/path-ids.ts'
import { followOrder } from './follow-order.ts'

/** The WebSocket subprotocol. A browser offers it together with `bearer.<token>`. */
const orderStatusProtocol = 'order-status'

/** A socket costs about 20 KiB. Beyond this number a replica answers 503. */
const socketsMax = 10_000
/** Ample for one shopper's tabs and devices. */
const socketsPerOrderMax = 20
/** A socket that has not answered a ping when the next is due is closed, ms. */
const pingEveryMs = 30_000
/** The delay between a final status and closing the socket, so that the client can handle it, ms. */
const lingerMs = 5_000
/** How long a stopping server waits for clients to complete the closing handshake, ms. */
const closingHandshakeMs = 1_000

const closeCodes = { goingAway: 1001, tryAgainLater: 1013, done: 1000, notFound: 4404 } as const

/**
 * `GET /ws/order-status?order_id=…`: sends `{orderId, status, orderStatus}` at once and after every change.
 * Authorised by a return link (`&t&sign`), by an `Authorization` header, or by the offered subprotocols
 * `order-status, bearer.<token>`: a browser can't set headers here, and a token must not stand in addresses and logs.
 */
export async function addOrderStatusSocket(
  app: HttpApp,
  dependencies: Dependencies,
  registry: Registry,
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: 1024,
      handleProtocols: offered => (offered.has(orderStatusProtocol) ? orderStatusProtocol : false),
    },
    errorHandler: (_error, socket) => socket.terminate(),
    preClose(done) {
      for (const socket of app.websocketServer.clients) {
        socket.close(closeCodes.goingAway, 'the server is restarting')
        setTimeout(() => socket.terminate(), closingHandshakeMs).unref()
      }
      app.websocketServer.close(() => done())
    },
  })
  closeDeadSockets(app)
  new Gauge({
    name: 'gateway_order_status_sockets',
    help: 'Open WebSockets that follow an order',
    registers: [registry],
    collect() {
      this.set(app.websocketServer.clients.size)
    },
  })

  const preValidation = async (request: FastifyRequest, reply: FastifyReply) => {
    const { order_id: orderId } = request.query as { order_id?: unknown }
    if (typeof orderId !== 'string')
      throw new Problem('invalid-request', 'order_id is required: it names the order to follow.')
    authoriseStatus(dependencies, request, reply, orderId)
    refuseWhenFull(app, dependencies, orderIdOf(orderId))
    if (!request.ws) throw new Problem('invalid-request', 'This address accepts WebSocket connections only.')
  }
  app.get('/ws/order-status', { websocket: true, preValidation }, (socket, request) => {
    const { order_id: orderId } = request.query as { order_id: string }
    const { identity } = request
    const byLink = 'sign' in (request.query as object)
    const customerId = byLink || !identity || identity instanceof Problem ? undefined : identity.id
    serve(socket, dependencies, { orderId, customerId, traceparent: traceOf(request) })
  })
}

function refuseWhenFull(app: HttpApp, { hints }: Dependencies, orderId: string): void {
  if (app.websocketServer.clients.size >= socketsMax) {
    throw new Problem('service-unavailable', 'Too many WebSocket connections. Poll the status of the order instead.')
  }
  if (hints.watcherCount(orderId) >= socketsPerOrderMax) {
    throw new Problem('too-many-requests', 'Too many WebSocket connections follow this order. Close some of them.')
  }
}

interface FollowRequest {
  orderId: string
  /** The customer whose order it must be; undefined for the holder of a return link. */
  customerId: string | undefined
  traceparent: string
}

function serve(
  socket: WebSocket,
  { orders, hints }: Dependencies,
  { orderId, customerId, traceparent }: FollowRequest,
): void {
  let lingering: NodeJS.Timeout | undefined

  async function read(): Promise<OrderStatus> {
    const path = orderPath(orderId, '/status', customerId)
    const { text } = await orders.call({ method: 'GET', path, traceparent })
    return (JSON.parse(text) as OrderStatusAnswer).orderStatus
  }

  function send(answer: OrderStatusAnswer): void {
    socket.send(JSON.stringify(answer))
    clearTimeout(lingering)
    if (answer.status !== 'PENDING') lingering = setTimeout(() => socket.close(closeCodes.done, 'final'), lingerMs)
  }

  function onFailure(error: unknown): void {
    const missing = error instanceof Problem && error.status === 404
    if (missing) socket.close(closeCodes.notFound, 'no such order')
    else socket.close(closeCodes.tryAgainLater, 'try again later')
  }

  const follower = followOrder({ orderId, hints, read, send, onFailure })
  socket.on('close', () => {
    clearTimeout(lingering)
    follower.stop()
  })
}

function closeDeadSockets(app: HttpApp): void {
  const answered = new WeakSet<WebSocket>()
  const pinged = new WeakSet<WebSocket>()
  app.websocketServer.on('connection', socket => socket.on('pong', () => answered.add(socket)))
  const timer = setInterval(() => {
    for (const socket of app.websocketServer.clients) {
      if (pinged.has(socket) && !answered.has(socket)) {
        socket.terminate()
        continue
      }
      answered.delete(socket)
      pinged.add(socket)
      socket.ping()
    }
  }, pingEveryMs)
  timer.unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
