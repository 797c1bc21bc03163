import { useEffect, useState } from 'preact/hooks'

/** A value that outlives the page, in localStorage, and tells its listeners when it changes, in other tabs too. */
export interface Stored<T> {
  get(): T
  set(value: T): void
  listen(listener: () => void): () => void
}

/** `read` turns what was stored (anything: people edit it) into a value; `undefined` means nothing was stored. */
export function createStored<T>(key: string, read: (stored: unknown) => T): Stored<T> {
  const listeners = new Set<() => void>()
  let value = read(load(key))
  window.addEventListener('storage', event => {
    if (event.key !== key) return
    value = read(load(key))
    for (const listener of listeners) listener()
  })
  return {
    get: () => value,
    set(next) {
      value = next
      save(key, next)
      for (const listener of listeners) listener()
    },
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The value, drawn again whenever it changes. */
export function useStored<T>(stored: Stored<T>): T {
  const [, draw] = useState(0)
  useEffect(() => stored.listen(() => draw(count => count + 1)), [stored])
  return stored.get()
}

function load(key: string): unknown {
  try {
    const text = localStorage.getItem(key)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function save(key: string, value: unknown): void {
  // Storage may be full or forbidden: then the value lives as long as the page.
  try {
    if (value === undefined || value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {}
}
