import type { HttpApp } from '@alipay-checkout/service-kit'
import { requireCustomer } from '../auth/identity.ts'
import { permissionsOf } from '../auth/permissions.ts'
import { clearSessionCookie, sessionIdOf } from './session-identity.ts'
import type { Session, Sessions } from './sessions.ts'

/** Adds `GET /api/session` (who is signed in, what they may do, until when) and `POST /auth/sign-out`. */
export function addSessionRoutes(app: HttpApp, sessions: Sessions): void {
  app.get('/api/session', async (request, reply) => {
    reply.header('cache-control', 'no-store')
    requireCustomer(request, reply)
    const { id, name, roles, idleUntil, endsAt } = request.session as Session
    return {
      id,
      name,
      roles,
      permissions: permissionsOf(new Set(roles)),
      idleUntil: new Date(idleUntil).toISOString(),
      endsAt: new Date(endsAt).toISOString(),
    }
  })
  app.post('/auth/sign-out', async (request, reply) => {
    const id = sessionIdOf(request)
    if (id) await sessions.end(id)
    clearSessionCookie(reply)
    return reply.code(204).send()
  })
}
