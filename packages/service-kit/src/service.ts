import closeWithGrace from 'close-with-grace'
import { ConfigError } from './config.ts'
import { faultPointsFile, listenForFaultPoints } from './fault-points.ts'
import { createLogger, type Logger } from './logger.ts'
import { startTracing } from './tracing/start-tracing.ts'
import { stopTracing } from './tracing/tracer.ts'

/** A started service. `close` runs when the process is told to stop. */
export interface RunningService {
  close(): Promise<void>
}

/** How long a service may take to close, ms: less than the 10 s after which Docker kills it. */
const closeTimeoutMs = 9_000

/**
 * Runs one service as this process: starts it, and closes it on SIGTERM or SIGINT. An invalid setting or a failed start
 * is logged in one line and exits 1. An uncaught error closes the service and exits 1, so that its supervisor restarts it.
 */
export async function runService(name: string, start: (logger: Logger) => Promise<RunningService>): Promise<void> {
  const logger = createLogger(name, process.env.LOG_LEVEL ?? 'info')
  let service: RunningService | undefined
  closeWithGrace({ delay: closeTimeoutMs, logger: false }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, 'stopping after an uncaught error')
    else logger.info({ signal }, 'stopping')
    await service?.close()
    await stopTracing()
  })
  try {
    const faults = faultPointsFile(process.env)
    if (faults !== undefined) listenForFaultPoints(faults)
    await startTracing(name, process.env)
    service = await start(logger)
  } catch (error) {
    if (error instanceof ConfigError) logger.fatal(`${name} can't start: ${error.message}`)
    else logger.fatal({ err: error }, `${name} can't start: ${(error as Error).message}`)
    process.exit(1)
  }
}
