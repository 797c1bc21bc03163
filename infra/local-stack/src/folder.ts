import { mkdirSync } from 'node:fs'
import { StartFailure } from './failure.ts'
import { remedyFor } from './remedies.mjs'

/** Makes a folder, and those above it, where there is none. @throws StartFailure saying why it can't be made */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true })
  } catch (error) {
    const { message } = error as Error
    throw new StartFailure(
      `Creating the folder ${path}`,
      message,
      remedyFor(message, 'Choose another folder: LOCAL_DIR=/path/to/folder npm start'),
    )
  }
}
