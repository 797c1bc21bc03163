import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compareReleased, currentSchemas, type EventSchemas, readReleasedSchemas } from '@alipay-checkout/contracts'
import { repositoryRoot } from './repository.ts'

/**
 * Stores the schemas of all events as released: from then on a test refuses changes that break their consumers.
 *
 * @returns the path of the file that was written
 * @throws Error naming the changes that break consumers of the release before
 */
export function releaseEvents(): string {
  const path = 'packages/contracts/released/events.json'
  const current = currentSchemas()
  const breaking = compareReleased(releasedBefore(), current)
  if (breaking.length > 0) {
    const remedy = 'Take these changes back, or define a new event type beside the released one.'
    throw new Error([`${path} is not written: released events would break.`, ...breaking, remedy].join('\n'))
  }
  writeFileSync(join(repositoryRoot, path), `${JSON.stringify(current, null, 2)}\n`)
  return path
}

/** No events where nothing has been released. */
function releasedBefore(): EventSchemas {
  try {
    return readReleasedSchemas()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
}
