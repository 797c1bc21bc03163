import { type FileHandle, open, readFile, rename, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Journal {
  /** Appends one entry of JSON. It is on disk when `settled()` resolves. */
  append(entry: string): void
  /** Resolves when everything appended so far has been synced to disk; rejects when the disk refused it. */
  settled(): Promise<void>
  /** Writes the rest and closes the file. */
  close(): Promise<void>
}

/**
 * Every entry in a journal file, oldest first. A line is a JSON array of the entries that were synced together; a last
 * line that a crash has truncated was never acknowledged and is removed. Throws when another line is damaged.
 */
export async function readJournal(file: string): Promise<unknown[]> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const entries: unknown[] = []
  let from = 0
  for (let line = 1; from < bytes.length; line += 1) {
    const end = bytes.indexOf(10, from)
    const batch = end === -1 ? undefined : parseLine(bytes.toString('utf8', from, end))
    if (!batch) {
      if (end !== -1 && end + 1 < bytes.length)
        throw new Error(`${file}: line ${line} is damaged; restore or move the file`)
      await truncate(file, from)
      break
    }
    for (const entry of batch) entries.push(entry)
    from = end + 1
  }
  return entries
}

/** Replaces the journal by one with these entries: a draft is written, synced, and renamed over the old file. */
export async function rewriteJournal(file: string, entries: Iterable<unknown>): Promise<void> {
  const aside = `${file}.new`
  const handle = await open(aside, 'w')
  let lines = ''
  for (const entry of entries) {
    lines += `[${JSON.stringify(entry)}]\n`
    if (lines.length > 1 << 20) {
      await handle.writeFile(lines)
      lines = ''
    }
  }
  await handle.writeFile(lines)
  await handle.sync()
  await handle.close()
  await rename(aside, file)
  await syncFolder(dirname(file))
}

/**
 * Opens the journal for appending. Entries that arrive while a sync runs share the next one: one line, one fdatasync.
 * After a failed write every later call fails too, because the file's state is unknown.
 */
export async function openJournal(file: string): Promise<Journal> {
  const handle = await open(file, 'a')
  let queue: string[] = []
  /** The next batch, while it waits for the present sync. */
  let waiting: Promise<void> | undefined
  let last: Promise<void> = Promise.resolve()

  async function writeQueue(): Promise<void> {
    // Waits one turn of the event loop, so that requests that arrived together share the sync.
    await new Promise(setImmediate)
    const batch = queue
    queue = []
    waiting = undefined
    await writeBatch(handle, batch)
  }

  return {
    append(entry) {
      queue.push(entry)
      if (waiting) return
      waiting = last.then(writeQueue)
      last = waiting
      // Callers of settled() receive the failure. Without a caller it must not end the process.
      last.catch(() => {})
    },
    settled: () => last,
    async close() {
      await last.finally(() => handle.close())
    },
  }
}

async function writeBatch(handle: FileHandle, batch: readonly string[]): Promise<void> {
  await handle.appendFile(`[${batch.join(',')}]\n`)
  await handle.datasync()
}

function parseLine(line: string): unknown[] | undefined {
  try {
    const batch: unknown = JSON.parse(line)
    return Array.isArray(batch) ? batch : undefined
  } catch {
    return undefined
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
