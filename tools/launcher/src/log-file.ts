import { readFileSync, statSync } from 'node:fs'

/** The size of a log file, bytes; 0 where it does not exist. */
export function sizeOf(logFile: string): number {
  return statSync(logFile, { throwIfNoEntry: false })?.size ?? 0
}

/**
 * The last lines of a log file.
 *
 * @param from ignores that many bytes at the beginning, such as the output of an earlier run
 */
export function tailOf(logFile: string, lines = 15, from = 0): string {
  try {
    const content = readFileSync(logFile)
    // A shorter file is a new one: the old log was rotated.
    const fresh = content.length < from ? content : content.subarray(from)
    return fresh.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n')
  } catch {
    return ''
  }
}
