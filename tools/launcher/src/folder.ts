import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from './failure.ts'
import { remedyFor } from './remedies.mjs'

/** Creates a folder and its parents. @throws StartFailure naming the reason */
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

/** Creates the folder of a system, ignored by git: it holds passwords and may lie anywhere in the repository. */
export function makeSystemFolder(path: string): void {
  makeFolder(path)
  const file = join(path, '.gitignore')
  if (!existsSync(file)) writeFileSync(file, '*\n')
}
