import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabases, withRedis } from '@alipay-checkout/test-support'
import type postgres from 'postgres'
import { system } from './system.ts'

/** A text as it stands, and as it stands in forms. */
const formsOf = (value: string): string[] => [
  ...new Set([value, new URLSearchParams({ v: value }).toString().slice(2)]),
]

/** Whether a text contains a value, also as JSON inside of JSON: backslashes are left out of both. */
export function contains(text: string, value: string): boolean {
  const plain = text.replaceAll('\\', '')
  return formsOf(value).some(form => plain.includes(form))
}

/** The tables of the three databases that contain a value in any column: `orders.order_recipients`. */
export async function findInTables(value: string): Promise<string[]> {
  const { close, ...databases } = openDatabases(system.databases)
  try {
    const found = await Promise.all(
      Object.entries(databases).map(async ([name, sql]) =>
        (await tablesWith(sql, formsOf(value))).map(table => `${name}.${table}`),
      ),
    )
    return found.flat().sort()
  } finally {
    await close()
  }
}

async function tablesWith(sql: postgres.Sql, forms: readonly string[]): Promise<string[]> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'public' order by 1`
  const found: string[] = []
  for (const { name } of tables) {
    const rows = await sql`
      select from ${sql(name)} t, unnest(${[...forms]}::text[]) as form
      where strpos(replace(to_jsonb(t)::text, ${'\\'}, ''), form) > 0 limit 1`
    if (rows.length > 0) found.push(name)
  }
  return found
}

/** The log files of services, replicas and servers that contain a value. */
export function findInLogs(value: string): string[] {
  return [system.dir, join(system.dir, 'replicas')]
    .flatMap(dir => readdirSync(join(dir, 'logs')).map(file => join(dir, 'logs', file)))
    .filter(file => contains(readFileSync(file, 'utf8'), value))
}

/** All keys of Redis with their values, as JSON. */
export function readRedis(): Promise<string> {
  const script = `
    local all = {}
    for _, key in ipairs(redis.call('KEYS', '*')) do
      local read = {string = {'GET', key}, hash = {'HGETALL', key}, list = {'LRANGE', key, 0, -1}, set = {'SMEMBERS', key},
                    zset = {'ZRANGE', key, 0, -1}, stream = {'XRANGE', key, '-', '+'}}
      all[key] = redis.call(unpack(read[redis.call('TYPE', key).ok]))
    end
    return cjson.encode(all)`
  return withRedis(async redis => String(await redis.eval(script, 0)))
}
