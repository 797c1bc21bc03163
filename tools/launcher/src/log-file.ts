import { readFileSync, statSync } from 'node:fs'

/** How long a log file is now, bytes: what is written later comes after that. */
export function sizeOf(logFile: string): number {
  return statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
}

/**
 * The last lines of a log file, for a message.
 *
 * @param from bytes at its beginning that are of no interest, such as those of an earlier run
 */
export function tailOf(logFile: string, lines = 15, from = 0): string {
  try {
    const content = readFileSync(logFile)
    // A log that grew too long was set aside meanwhile.
    const fresh = content.length < from ? content : content.subarray(from)
    return fresh.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}
