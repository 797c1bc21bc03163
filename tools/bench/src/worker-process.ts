import { type ChildProcess, fork } from 'node:child_process'

/** What a worker can do: each job takes one structured value and gives one back. */
export type Jobs = Record<string, (input: never) => Promise<unknown>>

/** A process of its own that works on what it is asked for. */
export interface WorkerProcess<Offered extends Jobs> {
  pid: number
  /** @throws Error with what the job threw, or when the worker is gone */
  ask<Name extends keyof Offered & string>(
    name: Name,
    input: Parameters<Offered[Name]>[0],
  ): Promise<Awaited<ReturnType<Offered[Name]>>>
  stop(): Promise<void>
}

interface Request {
  id: number
  name: string
  input: unknown
}

type Answer = { id: number; result: unknown } | { id: number; error: string }

/**
 * Starts a script that calls `offerJobs`.
 *
 * @param nodeArguments for Node itself
 */
export function startWorker<Offered extends Jobs>(
  script: URL,
  nodeArguments: readonly string[] = [],
): WorkerProcess<Offered> {
  const child = fork(script, {
    execArgv: [...nodeArguments],
    serialization: 'advanced',
  })
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let lastId = 0
  child.on('message', message => {
    const answer = message as Answer
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('error' in answer) asked?.reject(new Error(answer.error))
    else asked?.resolve(answer.result)
  })
  const gone = new Promise<void>(resolve => child.once('exit', () => resolve()))
  void gone.then(() => {
    for (const asked of waiting.values()) asked.reject(new Error(`${script.pathname} ended by itself`))
  })
  return {
    pid: child.pid ?? 0,
    ask(name, input) {
      const id = ++lastId
      const asked = Promise.withResolvers<unknown>()
      waiting.set(id, asked)
      send(child, { id, name, input }, asked.reject)
      return asked.promise as ReturnType<WorkerProcess<Offered>['ask']> as never
    },
    async stop() {
      if (child.connected) child.disconnect()
      await gone
    },
  }
}

function send(child: ChildProcess, request: Request, reject: (error: Error) => void): void {
  child.send(request, error => error && reject(error))
}

/** The other side: answers what the parent asks for, and ends with it. */
export function offerJobs(jobs: Jobs): void {
  process.on('message', async message => {
    const { id, name, input } = message as Request
    process.send?.(await answer(jobs, { id, name, input }))
  })
  process.on('disconnect', () => process.exit(0))
  // The parent decides when a run is over, also when the whole group gets a Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
}

async function answer(jobs: Jobs, { id, name, input }: Request): Promise<Answer> {
  try {
    return { id, result: await jobs[name]!(input as never) }
  } catch (error) {
    return { id, error: (error as Error).stack ?? String(error) }
  }
}
