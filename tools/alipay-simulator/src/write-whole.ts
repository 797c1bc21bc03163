import { open, rename } from 'node:fs/promises'

/** Writes a draft that only its owner can read, and renames it, so that the file is never incomplete. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const aside = `${file}.new`
  const handle = await open(aside, 'w', 0o600)
  await handle.writeFile(text)
  await handle.sync()
  await handle.close()
  await rename(aside, file)
}

/** For `.catch`: undefined when the file does not exist. */
export function missingFile(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
