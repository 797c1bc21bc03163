/** The migrations of one service, in their order. */
export interface Migration {
  /** The name of its file, without `.sql`. */
  tag: string
  sql: string
}

/**
 * Finds why a database of the older revision can't be migrated to the newer one: drizzle applies what its journal lists after
 * the last applied migration, so the newer journal must begin with all of the older one. Pure.
 *
 * @returns a sentence, or undefined where the newer migrations continue the older ones
 */
export function compareMigrations(
  service: string,
  older: readonly Migration[],
  newer: readonly Migration[],
): string | undefined {
  for (const [index, { tag, sql }] of older.entries()) {
    const same = newer[index]
    if (same?.tag !== tag) {
      const found = same === undefined ? 'nothing' : same.tag
      return `${service}: where the older revision has the migration ${tag}, the newer one has ${found}`
    }
    if (same.sql !== sql) return `${service}: the migration ${tag} has another content in the newer revision`
  }
  return undefined
}
