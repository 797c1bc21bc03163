import closeWithGrace from 'close-with-grace'
import { ConfigError } from './config.ts'
import { faultPointsFile, listenForFaultPoints } from './fault-points.ts'
import { createLogger, type Logger } from './logger.ts'

/** What a started service leaves to be closed, in order, when the process is told to stop. */
export interface RunningService {
  close(): Promise<void>
}

/** How long a closing service may take to answer what it has accepted, ms. Below the 10 s that Docker gives. */
const closeTimeoutMs = 9_000

/**
 * Runs one service as this process: starts it, keeps it until SIGTERM or SIGINT, then closes it in good order.
 * A setting that is wrong, or a start that fails, is said in one log line and exits 1. A bug that nobody caught
 * closes the service and exits 1, so that whoever supervises it starts a clean one.
 */
export async function runService(name: string, start: (logger: Logger) => Promise<RunningService>): Promise<void> {
  const logger = createLogger(name, process.env.LOG_LEVEL ?? 'info')
  let service: RunningService | undefined
  closeWithGrace({ delay: closeTimeoutMs, logger: false }, async ({ err, signal }) => {
    if (err) logger.fatal({ err }, 'stopping after an uncaught error')
    else logger.info({ signal }, 'stopping')
    await service?.close()
  })
  try {
    const faults = faultPointsFile(process.env)
    if (faults !== undefined) listenForFaultPoints(faults)
    service = await start(logger)
  } catch (error) {
    if (error instanceof ConfigError) logger.fatal(`${name} can't start: ${error.message}`)
    else logger.fatal({ err: error }, `${name} can't start: ${(error as Error).message}`)
    process.exit(1)
  }
}
