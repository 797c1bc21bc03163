import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dueWorkers } from '@alipay-checkout/contracts'
import { type HttpApp, type Logger, openRedis, Problem, problemOf, sendProblem } from '@alipay-checkout/service-kit'
import { redisConnection } from '@alipay-checkout/service-kit/connections'
import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import { Queue } from 'bullmq'
import { actorFor } from '../auth/identity.ts'
import type { GatewayConfig } from '../config.ts'
import { jobsBoardPolicy } from './security-headers.ts'

const basePath = '/jobs-board'

/**
 * Adds `/jobs-board`: the timers of due work as BullMQ has them, for the permission `job.read`, without any action. The
 * queues are opened by the first request.
 */
export async function addJobsBoard(app: HttpApp, config: GatewayConfig, logger: Logger): Promise<void> {
  const serverAdapter = new FastifyAdapter()
  serverAdapter.setBasePath(basePath)
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: {
      // The default is searched for beside the library's own file.
      uiBasePath: dirname(fileURLToPath(import.meta.resolve('@bull-board/ui/package.json'))),
      uiConfig: { boardTitle: 'Jobs', hideRedisDetails: true },
    },
  })
  // Its own handler would send the stack of an error.
  serverAdapter.setErrorHandler(error => {
    const problem = problemOf(error)
    return { status: problem.status as 500, body: problem.toBody(basePath) }
  })
  let queues: OpenQueues | undefined
  app.addHook('onClose', async () => queues?.close())
  await app.register(async scope => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('content-security-policy', jobsBoardPolicy).header('cache-control', 'no-store')
      const refusal = refusalOf(() => {
        if (request.method !== 'GET' && request.method !== 'HEAD')
          throw new Problem('method-not-allowed', 'The jobs board only shows jobs.')
        actorFor('job.read', request, reply)
      })
      if (refusal !== undefined) return sendProblem(request, reply, refusal)
      if (queues !== undefined) return
      queues = openQueues(config, logger)
      board.setQueues(queues.adapters)
    })
    await scope.register(serverAdapter.registerPlugin(), { prefix: basePath })
  })
}

function refusalOf(check: () => void): Problem | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    return problemOf(error as Error)
  }
}

interface OpenQueues {
  adapters: BullMQAdapter[]
  close(): Promise<void>
}

function openQueues(config: GatewayConfig, logger: Logger): OpenQueues {
  const { SYSTEM_NAME: prefix } = config
  const connection = openRedis(redisConnection(config), logger, 'commands')
  const opened = Object.entries(dueWorkers).flatMap(([service, names]) =>
    names.map(name => {
      // `skipMetasUpdate`: reading writes nothing.
      const queue = new Queue(name, { connection, prefix, skipMetasUpdate: true })
      // openRedis logs connection errors already.
      queue.on('error', () => {})
      return { queue, adapter: new BullMQAdapter(queue, { readOnlyMode: true, description: service }) }
    }),
  )
  return {
    adapters: opened.map(({ adapter }) => adapter),
    async close() {
      await Promise.allSettled(opened.map(({ queue }) => queue.close()))
      connection.disconnect(false)
    },
  }
}
