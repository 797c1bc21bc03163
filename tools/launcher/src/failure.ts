import { remedyFor } from './remedies.mjs'

/** A failed step, with its reason and what the user can do about it. */
export class StartFailure extends Error {
  readonly step: string
  readonly remedy: string

  /**
   * @param step what was being done, e.g. `Starting Kafka`
   * @param reason one or more lines
   * @param remedy usually a command
   */
  constructor(step: string, reason: string, remedy: string) {
    super(`${step} failed: ${reason}`)
    this.name = 'StartFailure'
    this.step = step
    this.remedy = remedy
  }
}

/** Text for the terminal: the failed step, the reason, and the remedy where one is known. */
export function describeFailure(error: unknown): string {
  if (error instanceof StartFailure) {
    const reason = error.message.slice(`${error.step} failed: `.length)
    return `✖ ${error.step} failed\n  why:    ${indent(reason)}\n  remedy: ${indent(error.remedy)}`
  }
  // For an operating system error, such as a file that can't be written, a remedy is printed instead of a stack trace.
  const remedy = isSystemError(error) ? remedyFor(error.message, '') : ''
  if (remedy !== '') return `✖ ${(error as Error).message}\n  remedy: ${indent(remedy)}`
  return `✖ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error
}

function indent(text: string): string {
  return text.trim().split('\n').join('\n          ')
}
