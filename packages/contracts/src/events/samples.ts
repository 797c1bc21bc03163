import { readdirSync, readFileSync } from 'node:fs'

/** An event's data as some version published it. */
export interface EventSample {
  /** The file's name without its ending. */
  name: string
  type: string
  data: Record<string, unknown>
}

const folder = new URL('../../samples/', import.meta.url)

/** Reads all stored samples, sorted by name: of one type, the plainest comes first. */
export function readSamples(): EventSample[] {
  const names = readdirSync(folder).map(file => file.replace(/\.json$/, ''))
  return names.sort().map(name => {
    const { type, data } = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Omit<
      EventSample,
      'name'
    >
    return { name, type, data }
  })
}
