import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

/**
 * Makes the folder of a system. It may lie in the checkout under any name: what it holds, passwords among it, must not be
 * taken for source.
 */
export function makeSystemFolder(path: string): void {
  makeFolder(path)
  const file = join(path, '.gitignore')
  if (!existsSync(file)) writeFileSync(file, '*\n')
}
