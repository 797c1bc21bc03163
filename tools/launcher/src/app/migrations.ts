import { join } from 'node:path'
import postgres from 'postgres'
import { readJson } from '../json-file.ts'

interface Journal {
  entries: { when: number }[]
}

/**
 * Whether a database already has the newest migration of a folder, by the measure that the migrator itself uses: the time
 * of the last one. It saves the start of a process per service at every start but the first.
 *
 * @param folder holds the service's migrations and their journal
 * @returns false as well when that cannot be told
 */
export async function isMigrated(url: string, folder: string): Promise<boolean> {
  const newest = readJson<Journal>(join(folder, 'meta', '_journal.json'))?.entries.at(-1)?.when
  // An address that is none is for the migration itself to refuse: it names the setting.
  if (newest === undefined || !URL.canParse(url)) return false
  const sql = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    const [row] = await sql`select max(created_at)::bigint as last from drizzle.__drizzle_migrations`
    return Number(row?.last ?? 0) >= newest
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}
