import { fork } from 'node:child_process'

/** Jobs of a worker: each takes and returns one structured value. */
export type Jobs = Record<string, (input: never) => Promise<unknown>>

/** A separate process that runs jobs. */
export interface WorkerProcess<Offered extends Jobs> {
  pid: number
  /** @throws Error with the error of the job, or when the worker has ended */
  run<Name extends keyof Offered & string>(
    name: Name,
    ...input: Parameters<Offered[Name]>
  ): Promise<Awaited<ReturnType<Offered[Name]>>>
  stop(): Promise<void>
}

interface Request {
  id: number
  name: string
  input: unknown
}

type Reply = { id: number; result: unknown } | { id: number; error: string }

/** Starts a script that calls `offerJobs`. */
export function startWorker<Offered extends Jobs>(script: URL): WorkerProcess<Offered> {
  const child = fork(script, { serialization: 'advanced' })
  const pending = new Map<number, PromiseWithResolvers<unknown>>()
  let lastId = 0
  child.on('message', message => {
    const reply = message as Reply
    const job = pending.get(reply.id)
    pending.delete(reply.id)
    if ('error' in reply) job?.reject(new Error(reply.error))
    else job?.resolve(reply.result)
  })
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  void ended.then(() => {
    for (const job of pending.values()) job.reject(new Error(`${script.pathname} ended unexpectedly`))
  })
  return {
    pid: child.pid ?? 0,
    run(name, ...[input]) {
      const id = ++lastId
      const job = Promise.withResolvers<unknown>()
      pending.set(id, job)
      child.send({ id, name, input } satisfies Request, error => error && job.reject(error))
      return job.promise as never
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}

/** In the worker: runs the jobs that the parent requests, and ends with the parent. */
export function offerJobs(jobs: Jobs): void {
  process.on('message', async message => {
    const { id, name, input } = message as Request
    const reply: Reply = await Promise.try(() => jobs[name]!(input as never)).then(
      result => ({ id, result }),
      error => ({ id, error: (error as Error).stack ?? String(error) }),
    )
    process.send?.(reply)
  })
  process.on('disconnect', () => process.exit(0))
  // Ctrl-C reaches the whole process group, but the parent decides when a run ends.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
}
