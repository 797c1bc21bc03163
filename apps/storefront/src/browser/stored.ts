import { useEffect, useState } from 'preact/hooks'

/** A value in localStorage that notifies its listeners of changes, also of those in other tabs. */
export interface Stored<T> {
  get(): T
  set(value: T): void
  listen(listener: () => void): () => void
}

/** `read` converts the stored JSON, which users can edit, into a value; it gets `undefined` if nothing is stored. */
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

/** Returns the value and renders the component again when it changes. */
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
  // Storage may be full or disabled: the value is then kept until the page closes.
  try {
    if (value === undefined || value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {}
}
