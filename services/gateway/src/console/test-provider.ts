import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
// @ts-expect-error The package has no types.
import Provider from 'oidc-provider'

/** Who signs in at the provider next. */
interface Account {
  sub: string
  name?: string
  roles?: unknown
}

export interface TestProvider {
  issuer: string
  account: Account
  /** Signs with a new key from now on, and no longer publishes the old one. */
  rotateKey(): void
  /** Publishes other keys under the names of those that it signs with. */
  publishOtherKeys(): void
  /** Whether it answers at all. */
  isAway: boolean
  close(): Promise<void>
}

interface ClientSettings {
  redirectUri: string
  port: number
  secret?: string
  /** Whether roles are in the ID token, and not only in the userinfo. */
  rolesInIdToken?: boolean
}

const newKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: randomUUID(),
  use: 'sig',
  alg: 'RS256',
})

/** Starts `oidc-provider` with one client that must use PKCE. Whoever comes is signed in as `account`, unasked. */
export async function startProvider(client: ClientSettings): Promise<TestProvider> {
  const issuer = `http://127.0.0.1:${client.port}`
  let key = newKey()
  let published: object | undefined
  const provider = {
    issuer,
    account: { sub: 'li', name: '李雷', roles: ['support'] } as Account,
    isAway: false,
    rotateKey() {
      key = newKey()
      current = create()
    },
    publishOtherKeys() {
      const { kty, n, e } = newKey()
      published = { keys: [{ kty, n, e, kid: key.kid, use: 'sig', alg: 'RS256' }] }
    },
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  const create = () =>
    new Provider(
      issuer,
      configurationOf(client, key, () => provider.account),
    )
  let current = create()
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    if (provider.isAway) return void response.writeHead(503).end()
    if (published !== undefined && request.url === '/jwks') {
      return void response.setHeader('content-type', 'application/json').end(JSON.stringify(published))
    }
    if (!request.url?.startsWith('/interaction/')) return void current.callback()(request, response)
    await current.interactionFinished(request, response, { login: { accountId: provider.account.sub } })
  })
  await new Promise<void>(resolve => server.listen(client.port, '127.0.0.1', resolve))
  return provider
}

function configurationOf(client: ClientSettings, key: object, account: () => Account) {
  return {
    clients: [
      {
        client_id: 'console',
        redirect_uris: [client.redirectUri],
        ...(client.secret === undefined
          ? { token_endpoint_auth_method: 'none' }
          : { client_secret: client.secret, token_endpoint_auth_method: 'client_secret_basic' }),
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['a key of this test'] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    conformIdTokenClaims: client.rolesInIdToken === false,
    claims: { openid: ['sub'], profile: ['name', 'roles'] },
    findAccount: (_context: unknown, accountId: string) => ({ accountId, claims: () => account() }),
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    loadExistingGrant,
  }
}

interface Grant {
  addOIDCScope(scope: string): void
  save(): Promise<void>
}
interface Context {
  oidc: {
    client: { clientId: string }
    session: { accountId: string; grantIdFor(clientId: string): string | undefined }
    provider: { Grant: { new (of: object): Grant; find(id: string): Promise<Grant> } }
  }
}

/** Nobody is asked to consent. */
async function loadExistingGrant({ oidc: { client, session, provider } }: Context): Promise<Grant> {
  const id = session.grantIdFor(client.clientId)
  if (id !== undefined) return provider.Grant.find(id)
  const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
  grant.addOIDCScope('openid profile')
  await grant.save()
  return grant
}
