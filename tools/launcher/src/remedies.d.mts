/** The command that installs Java and Maven, and the one that installs Redis, on this kind of machine. */
export const installJava: string
export const installRedis: string

/** What a failure is about. */
export interface RemedyOptions {
  /** Whether something was being fetched over the network: then refused connections are a cause as well. */
  isDownload?: boolean
}

/**
 * The name of the cause that an error's text shows, or undefined where it shows none that is known. Pure.
 *
 * @param text an error message with its code, or the end of a program's output
 */
export function causeOf(text: string, options?: RemedyOptions): string | undefined

/**
 * What the reader can do about a failure, by the cause that its text shows. Pure.
 *
 * @param text an error message with its code, or the end of a program's output
 * @param otherwise the remedy where the text shows no cause that is known
 */
export function remedyFor(text: string, otherwise: string, options?: RemedyOptions): string
