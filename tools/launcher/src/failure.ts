import { remedyFor } from './remedies.mjs'

/** A step that could not be done, told so that the reader knows what to do about it. */
export class StartFailure extends Error {
  readonly step: string
  readonly remedy: string

  /**
   * @param step what was being done, e.g. `Starting Kafka`
   * @param reason why it failed, in one or more lines
   * @param remedy what the reader can do, usually a command
   */
  constructor(step: string, reason: string, remedy: string) {
    super(`${step} failed: ${reason}`)
    this.name = 'StartFailure'
    this.step = step
    this.remedy = remedy
  }
}

/** Text for the terminal: what failed, why, and the remedy where one is known. */
export function describeFailure(error: unknown): string {
  if (error instanceof StartFailure) {
    const reason = error.message.slice(`${error.step} failed: `.length)
    return `✖ ${error.step} failed\n  why:    ${indent(reason)}\n  remedy: ${indent(error.remedy)}`
  }
  // What the system refused, such as a file that can't be written, needs a remedy rather than a stack.
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
