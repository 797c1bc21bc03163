import { spawn } from 'node:child_process'
import type { AuditRun } from '@alipay-checkout/contracts'
import type { Logger } from '@alipay-checkout/service-kit'
import type { AuditCommand } from './audit-command.ts'

const timeoutMs = 10 * 60_000
/** The end of the output is kept, bytes. */
const outputBytesMax = 64 * 1024
/** A program that does not end after SIGTERM is killed after this time, ms. */
const killAfterMs = 3_000

/** Runs the audit as a program of its own, one at a time. The last run is known to this process only. */
export interface AuditRunner {
  last(): AuditRun
  /** Starts a run unless one is in progress. Returns that run. */
  start(): AuditRun
  /** Ends the program. */
  close(): Promise<void>
}

/** Without a command, a run is `unavailable`. It gets this process's environment. */
export function createAuditRunner(command: AuditCommand | undefined, logger: Logger): AuditRunner {
  const none = { startedAt: null, finishedAt: null, output: '' }
  let run: AuditRun = { status: command ? 'none' : 'unavailable', ...none }
  let current: { ended: Promise<void>; stop(): void } | undefined

  function start(): AuditRun {
    if (!command || current) return run
    const startedAt = new Date().toISOString()
    run = { status: 'running', startedAt, finishedAt: null, output: '' }
    const started = runProgram(command, output => {
      run = { ...run, output }
    })
    logger.info('the audit was started')
    const ended = started.ended.then(({ code, why }) => {
      current = undefined
      const output = why === undefined ? run.output : tail(`${run.output}\n${why}\n`)
      run = { status: code === 0 ? 'clean' : 'failed', startedAt, finishedAt: new Date().toISOString(), output }
      logger.info({ status: run.status, code, reason: why }, 'the audit has ended')
    })
    current = { ended, stop: started.stop }
    return run
  }

  return {
    last: () => run,
    start,
    async close() {
      current?.stop()
      await current?.ended
    },
  }
}

interface Ended {
  readonly code: number | null
  /** Why it did not end by itself. */
  readonly why?: string
}

/** Runs a program without a shell and without input. `onOutput` gets the end of what it has written so far. */
function runProgram(
  [program, ...args]: AuditCommand,
  onOutput: (output: string) => void,
): { ended: Promise<Ended>; stop(): void } {
  // In the process group of this process, so that whatever kills the group kills the program too.
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = Promise.withResolvers<Ended>()
  const timers: NodeJS.Timeout[] = []
  let output = ''
  let why: string | undefined

  function stop(reason: string): void {
    why ??= reason
    child.kill('SIGTERM')
    timers.push(setTimeout(() => child.kill('SIGKILL'), killAfterMs))
  }
  timers.push(
    setTimeout(() => stop(`The audit took longer than ${timeoutMs / 60_000} minutes and was ended.`), timeoutMs),
  )
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output = tail(output + text)
      onOutput(output)
    })
  }
  const end = (outcome: Ended) => {
    for (const timer of timers) clearTimeout(timer)
    ended.resolve(outcome)
  }
  child.once('error', error => end({ code: null, why: `The audit could not be started: ${error.message}` }))
  // Not `close`: a program that it started may keep its output open.
  child.once('exit', (code, signal) => {
    why ??= signal === null ? undefined : `The audit was ended by ${signal}.`
    setImmediate(() => end({ code, ...(why === undefined ? {} : { why }) }))
  })
  return { ended: ended.promise, stop: () => stop('The gateway stopped.') }
}

/** The end of a text, up to `outputBytesMax` in UTF-8. */
function tail(text: string): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= outputBytesMax) return text
  // Without the bytes of a character that was cut.
  return bytes
    .subarray(bytes.length - outputBytesMax)
    .toString('utf8')
    .replace(/^\uFFFD+/, '')
}
