/** The commands that install Java and Maven, and Redis, on this platform. */
export const installJava: string
export const installRedis: string

/** Where a failure happened. */
export interface RemedyOptions {
  /** Whether the step uses the network: then a refused connection is a cause as well. */
  isDownload?: boolean
}

/**
 * The name of the cause that a text shows, or undefined. Pure.
 *
 * @param text an error message with its code, or the last lines of a program's output
 */
export function causeOf(text: string, options?: RemedyOptions): string | undefined

/**
 * What the user can do about a failure, by the cause that its text shows. Pure.
 *
 * @param text an error message with its code, or the last lines of a program's output
 * @param otherwise the remedy where the text shows no known cause
 */
export function remedyFor(text: string, otherwise: string, options?: RemedyOptions): string
