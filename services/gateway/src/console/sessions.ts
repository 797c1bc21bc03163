import { randomBytes } from 'node:crypto'
import type { Role } from '../auth/permissions.ts'
import type { ConsoleRedis } from './console-redis.ts'

/** How long a session lasts without a request of a person, ms. */
const idleMs = 30 * 60 * 1000
/** How long a session lasts at most, ms. */
const wholeMs = 8 * 60 * 60 * 1000

/** A member of staff who has signed in. */
export interface Staff {
  /** Names them in the audit log. */
  id: string
  name: string
  roles: readonly Role[]
}

export interface Session extends Staff {
  /** When the session ends unless a person sends another request, ms since 1970. */
  idleUntil: number
  /** When it ends in any case, ms since 1970. */
  endsAt: number
}

interface StoredSession extends Staff {
  createdAt: number
}

/** Sessions in Redis, under the hash of the id that only the browser has. Each throws a problem if Redis does not answer. */
export interface Sessions {
  /** Starts a session; returns its id, 256 random bits. */
  start(staff: Staff): Promise<string>
  /** The session with this id; undefined if it has ended. `extends`: it is idle for 30 minutes from now only. */
  read(id: string, options: { extends: boolean }): Promise<Session | undefined>
  end(id: string): Promise<void>
}

export function createSessions(redis: ConsoleRedis): Sessions {
  const keyOf = (id: string) => redis.key('session', id)
  return {
    async start({ id, name, roles }) {
      const sessionId = randomBytes(32).toString('base64url')
      const stored: StoredSession = { id, name, roles, createdAt: Date.now() }
      await redis.run(client => client.set(keyOf(sessionId), JSON.stringify(stored), 'PX', idleMs))
      return sessionId
    },
    async read(id, options) {
      const key = keyOf(id)
      const [text, leftMs] = await redis.run(client => Promise.all([client.get(key), client.pttl(key)]))
      const now = Date.now()
      if (text === null || leftMs <= 0) return undefined
      const { createdAt, ...staff } = JSON.parse(text) as StoredSession
      const endsAt = createdAt + wholeMs
      if (endsAt <= now) return undefined
      if (!options.extends) return { ...staff, idleUntil: now + leftMs, endsAt }
      const ttlMs = Math.min(idleMs, endsAt - now)
      // PEXPIRE does not bring back a session that was ended meanwhile.
      await redis.run(client => client.pexpire(key, ttlMs))
      return { ...staff, idleUntil: now + ttlMs, endsAt }
    },
    async end(id) {
      await redis.run(client => client.del(keyOf(id)))
    },
  }
}
