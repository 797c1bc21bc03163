import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { call } from '../api/client.ts'
import type { ApiProblem } from '../api/problem.ts'

/** What the routes of the admin API need: the gateway's list. */
export type Permission =
  | 'read'
  | 'order.cancel'
  | 'order.note'
  | 'payment.query'
  | 'payment.close'
  | 'notify.replay'
  | 'refund.request'
  | 'refund.decide'
  | 'case.resolve'
  | 'reconcile'
  | 'export'
  | 'product.write'
  | 'stock.adjust'
  | 'shipment.read'
  | 'shipment.write'
  | 'recipient.read'
  | 'customer.erase'
  | 'dead-letter.handle'
  | 'job.read'
  | 'audit-log.read'
  | 'system.audit'

export interface Session {
  id: string
  name: string
  roles: string[]
  permissions: Permission[]
  idleUntil: string
  endsAt: string
}

interface SessionValue {
  session: Session
  can(permission: Permission): boolean
  signOut(): Promise<void>
}

const sessionKey = ['session']
const SessionContext = createContext<SessionValue | null>(null)

/** The session of the person, or null where no one is signed in. */
export function useSessionQuery() {
  return useQuery<Session | null, ApiProblem>({
    queryKey: sessionKey,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () =>
      call<Session>('GET', '/api/session').catch((problem: ApiProblem) => {
        if (problem.status === 401) return null
        throw problem
      }),
  })
}

/** After an answer of 401 or a sign-out: the sign-in page is shown, and nothing of the session stays in memory. */
export function endSession(client: QueryClient) {
  client.setQueryData(sessionKey, null)
  client.removeQueries({ predicate: query => query.queryKey[0] !== sessionKey[0] })
}

export const refreshSession = (client: QueryClient) => client.invalidateQueries({ queryKey: sessionKey })

export function SessionProvider({ session, children }: { session: Session; children: ReactNode }) {
  const client = useQueryClient()
  const value = useMemo<SessionValue>(() => {
    const permissions = new Set(session.permissions)
    return {
      session,
      can: permission => permissions.has(permission),
      async signOut() {
        await call('POST', '/auth/sign-out')
        endSession(client)
      },
    }
  }, [session, client])
  return <SessionContext value={value}>{children}</SessionContext>
}

/** The session of the person who is signed in. */
export function useSession(): SessionValue {
  const value = useContext(SessionContext)
  if (value === null) throw new Error('useSession needs a SessionProvider')
  return value
}
